"""``growthcore sandbox``: servers that keep everything on this machine."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time

import urllib3

from growthcore.sandbox.inbox import Inbox

CLI = [sys.executable, "-m", "growthcore.cli", "sandbox", "smtp", "--port"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder):
    return {**os.environ, "GROWTHCORE_DATA_DIR": str(folder)}


def send(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
                return server.sendmail("a@example.com", ["b@example.com"], b"Subject: hi\r\n\r\nhi")
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_mail_lands_in_the_inbox_and_a_polite_end_is_one(tmp_path):
    port = free_port()
    server = subprocess.Popen([*CLI, str(port)], env=environment(tmp_path))
    try:
        assert send(port) == {}
        assert [mail.subject for mail in Inbox(tmp_path / "inbox").messages()] == ["hi"]
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait()


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = subprocess.run(
            [*CLI, port], env=environment(tmp_path), capture_output=True, text=True
        )
    assert told.returncode == 1
    assert port in told.stderr


def test_all_stand_ins_run_together_and_say_how_to_call_them(tmp_path):
    ports = {name: free_port() for name in ("smtp", "sens", "cafe24")}
    options = [str(part) for name, port in ports.items() for part in (f"--{name}-port", port)]
    server = subprocess.Popen(
        [sys.executable, "-u", *CLI[1:4], "up", *options],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert send(ports["smtp"]) == {}
        told = [server.stdout.readline() for _ in range(9)]
        assert f"SENS is at http://127.0.0.1:{ports['sens']}\n" in told
        assert any("ExampleAccessKey0001" in line for line in told)
        assert urllib3.request("GET", f"http://127.0.0.1:{ports['sens']}/x").status == 401
        assert urllib3.request("GET", f"http://127.0.0.1:{ports['cafe24']}/").status == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.communicate()
