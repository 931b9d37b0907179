"""Alters one byte after the other of a published log and of a receipt, and names what the program of the page on the log
does not notice. Its one argument is the folder of the corpus; `log.py` lies beside this file."""

import os
import pathlib
import sys
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import log  # noqa: E402

CORPUS = pathlib.Path(sys.argv[1])
KEY = (CORPUS / "key").read_text().strip()


def load(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


LOG, PROOF = load(CORPUS / "log"), load(CORPUS / "receipt")


def accepts(check):
    try:
        check()
    except Exception:
        return False
    return True


def log_is_good(name, data):
    def read(path):
        if path == name:
            return data
        if path not in LOG:
            raise FileNotFoundError(path)
        return LOG[path]

    return accepts(lambda: log.verify_log(KEY, read))


def receipt_is_good(_, data):
    return accepts(lambda: log.verify_receipt(KEY, data.decode(), PROOF["answer.json"].decode()))


def flips(name, data, every_bit, is_good, at):
    """How many ways to alter this byte there are, and those that are not noticed."""
    unseen = []
    bits = range(8) if every_bit else [at % 8]
    for bit in bits:
        altered = bytearray(data)
        altered[at] ^= 1 << bit
        if is_good(name, bytes(altered)):
            unseen.append(f"{name}: bit {bit} of byte {at} is not noticed")
    return len(bits), unseen


def work(task):
    kind, name, at = task
    if kind == "log":
        return flips(name, LOG[name], name == "checkpoint", log_is_good, at)
    return flips(name, PROOF[name], True, receipt_is_good, at)


def main():
    assert log_is_good("", b"") and receipt_is_good("", PROOF["receipt.json"]), "what was not altered is not accepted"
    tasks = [("log", name, at) for name, data in LOG.items() for at in range(len(data))]
    tasks += [("receipt", "receipt.json", at) for at in range(len(PROOF["receipt.json"]))]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(work, tasks, chunksize=256))
    unseen = [line for _, lines in found for line in lines]
    print(*unseen, sep="\n")
    print(f"flips: {sum(count for count, _ in found)}")
    sys.exit(bool(unseen))


if __name__ == "__main__":
    main()
