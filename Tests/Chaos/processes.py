"""A private Redis with web and worker processes that can be killed and started again."""
import os
import pathlib
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Fleet:
    """Two web nodes and two workers on one Redis."""

    def __init__(self, binary, folder, fsync="always", count=2, settings=None):
        self.binary, self.folder, self.fsync = str(pathlib.Path(binary).resolve()), folder, fsync
        self.redis_port = free_port()
        self.web_ports = [free_port() for _ in range(count)]
        self.count = count
        self.running = {}
        self.redis = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "SENTIERO_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
            "SENTIERO_BASIC_AUTH": "admin:secret-for-tests",
            "SENTIERO_LOG_LEVEL": "warning",
            **(settings or {}),
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in [*self.running.values(), self.redis]:
            if process and process.poll() is None:
                process.kill()
                process.wait()

    def start_all(self):
        self.start_redis()
        for number in range(self.count):
            self.start("web", number)
            self.start("worker", number)
        for port in self.web_ports:
            self.wait_for_port(port)

    def start_redis(self):
        self.redis = subprocess.Popen(
            ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder),
             "--appendonly", "yes", "--appendfsync", self.fsync, "--save", "", "--maxmemory-policy", "noeviction",
             "--stream-node-max-bytes", "1024", "--hash-max-listpack-value", "512"],
            stdout=open(self.folder / "redis.log", "ab"), stderr=subprocess.STDOUT)
        self.wait_for_port(self.redis_port)

    def kill_redis(self):
        self.redis.send_signal(signal.SIGKILL)
        self.redis.wait()

    def start(self, role, number):
        environment = dict(self.environment)
        if role == "web":
            environment["SENTIERO_HTTP_PORT"] = str(self.web_ports[number])
            environment["SENTIERO_HTTP_HOST"] = "127.0.0.1"
        self.running[role, number] = subprocess.Popen(
            [self.binary, role], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=open(self.folder / f"{role}{number}.log", "ab"), stderr=subprocess.STDOUT)

    def kill(self, role, number):
        process = self.running[role, number]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop_worker(self):
        """Asks the first worker to finish and waits for it."""
        process = self.running.pop(("worker", 0), None)
        if process:
            process.terminate()
            process.wait(timeout=30)

    def restart_web(self):
        """The first web node anew (after FLUSHALL it would miss the layout key)."""
        self.kill("web", 0)
        self.start("web", 0)
        self.wait_for_port(self.web_ports[0])

    def erase(self, session):
        """Exit status of `sentiero erase`."""
        return subprocess.run(
            [self.binary, "erase", "--session", session, "--yes", "--quiet"], env=self.environment, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode

    def wait_until_drained(self, connection, seconds):
        deadline = time.time() + seconds
        while time.time() < deadline:
            for (role, number), process in list(self.running.items()):
                if process.poll() is not None:
                    self.start(role, number)
            if not any(connection.xlen(f"sentiero:{{0}}:ingest:{partition}") for partition in range(8)):
                return
            time.sleep(0.2)

    def show_logs(self):
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-12:]
            print(f"--- {log.name}", *lines, sep="\n")

    @staticmethod
    def wait_for_port(port, seconds=20):
        deadline = time.time() + seconds
        while time.time() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"nothing listens on {port}")
