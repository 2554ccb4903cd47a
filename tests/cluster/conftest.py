"""A real Slurm, a real sshd and real certificates, all for loopback."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from distributed.security import Security

SLURM_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
START_SECONDS = 300
SLURM_CONF = """
ClusterName=threatbench
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000 State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

SSHD_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile {folder}/sshd.pid
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
"""


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """PEM files that both ends of a TLS connection show each other."""
    folder, made = tmp_path_factory.mktemp("certificates"), Security.temporary()
    texts = {"ca": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
    for name, text in texts.items():
        file = folder / f"{name}.pem"
        file.touch(0o600)
        file.write_text(text)
    return {name: folder / f"{name}.pem" for name in texts}


@pytest.fixture(scope="session")
def sshd(tmp_path_factory):
    """Words for an ssh command that reaches a server on this machine."""
    absent = [program for program in ("sshd", "ssh", "ssh-keygen") if _program(program) is None]
    if absent:
        pytest.skip(f"no {', '.join(absent)} here; `make daemons` installs a server")
    folder, port = tmp_path_factory.mktemp("sshd"), _free_port()
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(key, check=True)
    (folder / "sshd_config").write_text(SSHD_CONFIG.format(folder=folder, port=port))
    host_key = (folder / "host.pub").read_text()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}")
    Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it when root starts it
    command = [_program("sshd"), "-D", "-e", "-f", folder / "sshd_config"]
    with _daemon(command, folder):
        _await_port(port)
        yield [
            *("-F", "none", "-p", str(port), "-i", str(folder / "user")),
            *("-o", f"UserKnownHostsFile={folder}/known_hosts", "-o", "IdentitiesOnly=yes"),
        ]


def _await_port(port):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("sshd did not start")


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    """A queue of one node with four processors, found by `sbatch` and all its kin."""
    absent = [program for program in SLURM_PROGRAMS if _program(program) is None]
    if absent:
        pytest.skip(f"no {', '.join(absent)} here; `make daemons` installs a queue")
    folder = tmp_path_factory.mktemp("slurm")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as daemons:
        patch.setenv("SLURM_CONF", str(_configured(folder)))
        for command in _daemons(folder):
            daemons.enter_context(_daemon(command, folder))
        _await_node(folder)
        yield folder


def _configured(folder):
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "munge.key").write_bytes(secrets.token_bytes(1024))
    (folder / "munge.key").chmod(0o400)
    conf = folder / "slurm.conf"
    conf.write_text(
        SLURM_CONF.format(
            host=_host(),
            user=psutil.Process().username(),
            controller_port=_free_port(),
            node_port=_free_port(),
            folder=folder,
        )
    )
    return conf


def _daemons(folder):
    return (
        [
            *(_program("munged"), "--foreground", "--force"),
            *(f"--key-file={folder}/munge.key", f"--socket={folder}/munge.socket"),
            *(f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log"),
            f"--seed-file={folder}/munged.seed",
        ],
        [_program("slurmctld"), "-D", "-c"],
        [_program("slurmd"), "-D", "-N", _host()],
    )


@contextmanager
def _daemon(command, folder):
    """A process that ends with the block, and with this process however that ends."""
    with (
        (folder / "daemons.out").open("ab") as out,
        subprocess.Popen(command, stdout=out, stderr=out, preexec_fn=_die_with_parent) as process,
    ):
        yield process
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _await_node(folder):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        asked = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True)
        if asked.stdout.strip() == "idle":
            return
        time.sleep(0.1)
    logs = [path.read_text()[-2_000:] for path in sorted(folder.glob("*.log"))]
    pytest.fail("Slurm did not start\n" + "\n".join(logs))


def _program(name):
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def _host():
    return socket.gethostname().partition(".")[0]


def _free_port():
    """A port that nobody listens on, below those that the kernel gives to whoever asks for any."""
    given_from = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = 10_000 + secrets.randbelow(max(given_from - 10_000, 1_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
