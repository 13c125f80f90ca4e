"""Opens what is encrypted at rest, from docs/encryption.md alone: AES-256-GCM by OpenSSL, nothing of the product's own code."""
import base64
import ctypes
import ctypes.util
import hashlib

SET_TAG = 0x11
crypto = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
for function in ("EVP_aes_256_gcm", "EVP_CIPHER_CTX_new"):
    getattr(crypto, function).restype = ctypes.c_void_p


def open_sealed(key, sealed, *owner):
    """The plain bytes of nonce, ciphertext and tag; None when they do not belong to the key and the owner."""
    nonce, text, tag = sealed[:12], sealed[12:-16], sealed[-16:]
    names = "\0".join(owner).encode()
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    length, plain = ctypes.c_int(), ctypes.create_string_buffer(max(1, len(text)))
    try:
        crypto.EVP_DecryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_256_gcm()), None, key, nonce)
        crypto.EVP_DecryptUpdate(context, None, ctypes.byref(length), names, len(names))
        crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(length), text, len(text))
        crypto.EVP_CIPHER_CTX_ctrl(context, SET_TAG, 16, tag)
        if crypto.EVP_DecryptFinal_ex(context, ctypes.create_string_buffer(16), ctypes.byref(length)) != 1:
            return None
        return plain.raw[:len(text)]
    finally:
        crypto.EVP_CIPHER_CTX_free(context)


def unwrap(master, wrapped, *owner):
    """A data key from its wrapped form; None when another master key wrapped it."""
    master = base64.b64decode(master)
    if wrapped[:8].decode() != hashlib.sha256(master).hexdigest()[:8]:
        return None
    return open_sealed(master, wrapped[8:], *owner)
