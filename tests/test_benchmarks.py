"""The benchmark harness runs, checks what it says it checks, and writes what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

if sys.platform != "linux":
    pytest.skip("the benchmarks read /proc and pin cores", allow_module_level=True)
pytest.importorskip("uvloop")

from benchmarks.__main__ import Run, parser
from benchmarks.cases import CASES, choose
from benchmarks.chart import chart
from benchmarks.client import ClientError, check_response
from benchmarks.drivers import close_code
from benchmarks.environments import UnavailableError, resolve
from benchmarks.frames import (
    CLOSE,
    FIN,
    TEXT,
    Traffic,
    client_frame,
    endless,
    read_head,
    server_frame,
)
from benchmarks.measure import Cores, Sample, measure
from benchmarks.readers import ExactReader, Expected, InflatingReader, PingReader, WrongEchoError
from benchmarks.report import Results, table
from benchmarks.servers import SERVERS
from benchmarks.targets import Target, guests, measured, nearest, verdicts
from tests.support.versions import NEWEST

ROOT = Path(__file__).resolve().parent.parent
OWN_MACHINE = [server for server in SERVERS.values() if not server.environment]
newest = pytest.mark.skipif(not NEWEST, reason="what is measured is the newest Sanic")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with a bounded wait."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def results(**cpu: float) -> Results:
    """Results of one case, `32B`, with these servers and figures."""
    made = Results()
    for server, figure in cpu.items():
        made.add(server, "32B", Sample(1, cpu=figure))
    return made


@newest
def test_the_command_measures_and_writes_its_files(tmp_path: Path) -> None:
    """Ours and the raw limit go through two cases, and a table, a chart and JSON come out."""
    asked = ("--quick", "--seconds", "0.2", "--servers", "ours,raw", "--cases", "ping-pong,churn")
    done = run(*asked, "--targets", "--output", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[4/4] round 1" in done.stderr
    assert "| sanic-legacy-ws |" in (tmp_path / "results.md").read_text()
    samples = json.loads((tmp_path / "results.json").read_text())["samples"]
    assert {(row["server"], row["case"]) for row in samples} == {
        (server, case) for server in ("ours", "raw") for case in ("ping-pong", "churn")
    }
    assert all(row["messages"] > 0 and row["cpu"] > 0 for row in samples)
    assert ElementTree.parse(tmp_path / "results.svg").getroot().tag.endswith("svg")


@newest
@pytest.mark.parametrize("server", OWN_MACHINE, ids=lambda server: server.name)
def test_every_installed_server_echoes(server: object) -> None:
    """Each server answers the client's messages with what was sent."""
    pytest.importorskip("uvicorn", reason="the bench extra is not installed")
    try:
        python, _ = resolve(server, {})
    except UnavailableError as why:
        pytest.skip(str(why))
    core = Cores.of_this_machine().server
    assert measure(python, server.name, CASES["32B"], 0.05, core).messages > 0


def test_the_list_names_all() -> None:
    """`--list` names every server and every case."""
    listed = run("--list").stdout
    assert all(name in listed for name in [*SERVERS, *CASES])


def test_an_unknown_name_is_an_error() -> None:
    """A misspelt server ends the command with its name."""
    done = run("--servers", "nginx")
    assert done.returncode == 2
    assert "nginx" in done.stderr


def test_groups_stand_for_their_cases() -> None:
    """A group is expanded, in the registry's order, and nothing is measured twice."""
    assert [case.name for case in choose(["growth", "ping-pong"])] == [
        "ping-pong",
        "connections-10",
        "connections-100",
        "connections-1000",
    ]


def test_client_frames_are_those_of_the_rfc() -> None:
    """The masked "Hello" of RFC 6455, 5.7."""
    frame = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
    assert client_frame(FIN | TEXT, b"Hello") == frame


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_heads_are_read_back(size: int) -> None:
    """A frame's head tells its payload's bounds, once all of it is there."""
    frame = server_frame(FIN | TEXT, b"x" * size)
    assert read_head(frame, 0) == (0x81, len(frame) - size, len(frame))
    assert read_head(frame[:-1], 0) is None


def test_the_exact_reader_counts_pieces() -> None:
    """Echoes cut anywhere are counted when they are whole."""
    traffic = Traffic(CASES["32B"])
    reader = ExactReader(Expected(traffic))
    stream = endless(traffic.replies)[:340]
    assert sum(reader.feed(stream[at : at + 7]) for at in range(0, 340, 7)) == 10


@pytest.mark.parametrize("order", [[1, 0], [0, 0], [0, 2]])
def test_the_exact_reader_sees_swapped_doubled_and_lost_messages(order: list[int]) -> None:
    """Messages differ, so that echoes in the wrong order are wrong echoes."""
    traffic = Traffic(CASES["32B"])
    reader = ExactReader(Expected(traffic))
    with pytest.raises(WrongEchoError):
        reader.feed(b"".join(traffic.replies[number] for number in order))


def test_the_inflating_reader_follows_the_context() -> None:
    """Echoes compressed in one context are inflated and compared; a wrong one is seen."""
    traffic = Traffic(CASES["deflate"])
    packer, reader = zlib.compressobj(wbits=-15), InflatingReader(traffic)

    def echo(payload: bytes) -> bytes:
        packed = packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH)
        return server_frame(0xC1, packed[:-4])

    stream = b"".join(map(echo, traffic.payloads[:2]))
    assert [reader.feed(stream[:100]), reader.feed(stream[100:])] == [0, 2]
    with pytest.raises(WrongEchoError):
        reader.feed(echo(traffic.payloads[0]))


def test_the_ping_reader_keeps_payloads() -> None:
    """Pings are counted, their payloads kept for the pongs; a message is no ping."""
    reader = PingReader()
    assert reader.feed(b"\x89\x02hi\x89") == 1
    assert reader.feed(b"\x00") == 1
    assert reader.payloads == [b"hi", b""]
    with pytest.raises(WrongEchoError):
        reader.feed(b"\x81\x00")


def test_fragments_are_one_message() -> None:
    """The fragmented case sends 16 frames a message: text, continuations, the last with FIN."""
    traffic = Traffic(CASES["fragments"])
    frames = bytes(traffic.sent[: traffic.offsets[1]])
    size = len(frames) // 16
    assert [frames[at] for at in range(0, len(frames), size)] == [0x01] + [0x00] * 14 + [0x80]


@pytest.mark.parametrize("head", [b"HTTP/1.1 400 Bad Request\r\n", b"HTTP/1.1 101 Go\r\n"])
def test_a_refused_upgrade_is_an_error(head: bytes) -> None:
    """Another status, or no right Sec-WebSocket-Accept, is no WebSocket."""
    with pytest.raises(ClientError):
        check_response(head, CASES["32B"])


def test_results_survive_their_file(tmp_path: Path) -> None:
    """What is loaded gives the table that was saved."""
    made = results(ours=1.0, builtin=40.0)
    made.left_out["aiohttp"] = "not installed: aiohttp"
    made.save(tmp_path / "results.json")
    assert table(Results.load(tmp_path / "results.json")) == table(made)


def test_what_failed_is_told_once() -> None:
    """A case and its error have one line, with all servers and without the rounds."""
    made = results(ours=1.0)
    for name, round_ in (("raw", 1), ("granian", 1), ("raw", 2)):
        made.failures.append(f"{name}, neighbour, round {round_}: no answer: none")
    assert table(made).endswith("- `neighbour`, bare uvloop, granian RSGI: no answer: none\n")


def test_the_median_round_counts() -> None:
    """Of three rounds the middle one is shown, with the spread."""
    made = results(ours=1.0)
    for figure in (9.0, 2.0):
        made.add("ours", "32B", Sample(1, cpu=figure))
    assert made.median("ours", "32B", "cpu") == 2.0
    assert "1 to 9" in table(made)


def test_targets_are_ratios() -> None:
    """A target is met at its bound, missed above it, and open without figures."""
    assert measured(Target("32B", 0.4, "builtin"), results(ours=1.0, builtin=40.0)) == 0.025
    told = verdicts(results(ours=1.0, **{"picows-core": 2.0, "ours-without-report": 1.0}))
    assert "| 32B: CPU at most 1.1 x sanic-legacy-ws without the report | 1 | met |" in told
    assert "| 32B: CPU at most 0.3 x picows core | 0.5 | NOT MET |" in told
    assert "| 1KiB: CPU at most 0.42 x picows core | | not measured |" in told


def test_a_target_of_what_follows_from_others() -> None:
    """The tail is p99 by p50, and the pace is the time between two messages."""
    made = Results()
    made.add("ours", "32B", Sample(1, rate=500.0, p50=2.0, p99=6.0))
    assert measured(Target("32B", 2, metric="tail"), made) == 3.0
    assert measured(Target("32B", 1, metric="pace"), made) == 2000.0


def test_the_nearest_framework() -> None:
    """Only what serves HTTP too counts, and the best of it."""
    told = nearest(results(ours=1.0, builtin=40.0, aiohttp=8.0, **{"picows-core": 2.0}))
    assert told.splitlines()[2:] == ["| 32B | aiohttp | 8 | 1 | 0.12 |"]


def test_guests_beside_their_own_servers() -> None:
    """What Sanic's port costs is a ratio; empty without figures."""
    told = guests(results(**{"guest-picows": 3.0, "picows-core": 2.0}))
    assert "| picows core | picows core | 1.50 |" in told
    assert "| wsproto | uvicorn wsproto |  |" in told


@newest
def test_a_crowd_is_stopped(tmp_path: Path) -> None:
    """Connections that only were opened: what they cost, and that all are closed with 1001."""
    case = replace(CASES["crowd"], connections=200)
    sample = measure(sys.executable, "ours", case, 0, Cores.of_this_machine().server)
    assert (sample.messages, sample.code) == (200, 1001)
    assert 0 < (sample.stop or 0) < 20
    assert sample.cpu
    assert sample.memory


def test_the_code_of_a_close_frame() -> None:
    """A close frame is found behind other frames; without one there is no code."""
    ping, close = server_frame(0x89, b"hi"), server_frame(FIN | CLOSE, b"\x03\xe9")
    assert [close_code(ping), close_code(ping + close)] == [0, 1001]


@newest
def test_a_neighbour_is_served() -> None:
    """While peers send large messages, another client's requests are answered and timed."""
    case = replace(CASES["neighbour"], connections=2, least=0.3)
    sample = measure(sys.executable, "ours", case, 0.3, Cores.of_this_machine().server)
    assert sample.p99 is not None
    assert sample.messages > 0


def test_what_a_server_is_measured_in() -> None:
    """A usual server has all cases that it can serve; others have theirs, or what is asked for."""

    def plan(*arguments: str) -> set[tuple[str, str]]:
        made = Run(parser().parse_args(arguments))
        return {
            (server, case)
            for server in ("ours", "guest-picows", "aiohttp")
            for case in ("32B", "memory", "crowd", "broadcast")
            if made.measures(CASES[case], server)
        }

    assert plan() == {
        *(("ours", case) for case in ("32B", "memory", "crowd", "broadcast")),
        *(("aiohttp", case) for case in ("32B", "memory")),
        ("guest-picows", "32B"),
    }
    assert ("guest-picows", "memory") in plan("--cases", "memory")
    assert ("aiohttp", "crowd") in plan("--servers", "aiohttp")


def test_the_chart_shows_every_figure() -> None:
    """Each server of a case has a bar with its figure."""
    texts = [element.text for element in ElementTree.fromstring(chart(results(ours=1.5))).iter()]
    assert {"sanic-legacy-ws", "1.5"} <= set(texts)


@newest
@pytest.mark.slow
def test_an_attack():
    """The table has a row for an attack, with figures."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.attacks",
        "--servers",
        "ours",
        "--only",
        "ping-loop",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    *_, row = done.stdout.splitlines()
    name, server, peak, later, held, said = (cell.strip() for cell in row.strip("|").split("|"))
    assert (name, server, said) == ("ping-loop", "ours", "")
    assert int(peak) < 64
    assert int(later) < 64
    assert held.isdigit()
