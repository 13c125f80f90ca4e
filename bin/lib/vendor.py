"""Fetches the files pinned in frontend/vendor.lock.json into frontend/vendor/.

    vendor.py check    exit status 0 when every file is there with its SHA-256
    vendor.py fetch    download the wheels that hold missing files and unpack them

Released builds are taken out of Python wheels, because that registry keeps what it once published. A file appears in
frontend/vendor/ only after its checksum matched, by a rename, so an interrupted run leaves nothing half-done.
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENDOR = ROOT / "frontend/vendor"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def is_there(member):
    target = VENDOR / member["target"]
    return target.is_file() and sha256(target.read_bytes()) == member["sha256"]


def fetch(package):
    wanted = f"{package['name']}=={package['version']}"
    VENDOR.mkdir(parents=True, exist_ok=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix=".download-", dir=VENDOR))
    try:
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--dest", str(work), wanted]).returncode != 0:
            sys.exit(f"pip could not download {wanted}")
        wheel = work / package["file"]
        if not wheel.is_file():
            sys.exit(f"{wanted} came without {package['file']}")
        if sha256(wheel.read_bytes()) != package["sha256"]:
            sys.exit(f"{wheel.name} is not the file that was pinned: its SHA-256 differs from frontend/vendor.lock.json")
        with zipfile.ZipFile(wheel) as archive:
            for member in package["members"]:
                data = archive.read(member["path"])
                if sha256(data) != member["sha256"]:
                    sys.exit(f"{member['path']} in {wheel.name} is not the file that was pinned")
                part = work / "part"
                part.write_bytes(data)
                os.replace(part, VENDOR / member["target"])
                print(f"{member['target']}: {member['version']}, {len(data):,} bytes, checksum right", flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    lock = json.loads((ROOT / "frontend/vendor.lock.json").read_text())
    missing = [p for p in lock["packages"] if not all(map(is_there, p["members"]))]
    if sys.argv[1:] == ["check"]:
        sys.exit(1 if missing else 0)
    if sys.argv[1:] != ["fetch"]:
        sys.exit(__doc__)
    for package in missing:
        fetch(package)


main()
