"""What recordings of the benchmark programs cost and tell.

    python3 benches/replay.py                       what recording and replaying cost, beside a run under cpython311
    python3 benches/replay.py --misses              where cpython311 misses, which shapes it saw there, and the bound
    python3 benches/replay.py --check               whether replayed counters are those of live runs, for the built-in strategies
    python3 benches/replay.py --command target/release/quicken nbody richards

Times are processor time, the best of several runs one after the other. `run` is the program under cpython311 without
statistics; `replay` is the whole command, from reading the recording to printing the tables.
"""

import argparse
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed: {done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stderr


def best(command, runs):
    return min(cpu(command) for _ in range(runs))


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def costs(quicken, programs, runs, folder):
    print(f"{'':16}{'without control flow':^44}{'with control flow':^36}")
    columns = ("run s", "record s", "× run", "B/event", "replay s", "run / replay")
    print(f"{'program':16}" + "".join(f"{name:>10}" for name in columns[:5]) + f"{columns[5]:>13}", end="")
    print("".join(f"{name:>10}" for name in columns[2:5]) + f"{columns[5]:>13}")
    ratios = {False: [], True: []}
    for program in programs:
        run, _ = best([quicken, program], runs)
        print(f"{program.stem:16}{run:10.2f}", end="")
        for flow in (False, True):
            file = folder / "run.qrec"
            command = [quicken, "record", *(["--control-flow"] if flow else []), "-o", file, program]
            record, said = best(command, runs)
            size = float(re.search(r"([\d.]+) for each", said)[1])
            replay, _ = best([quicken, "replay", file, "--sites", "0"], runs)
            ratios[flow].append((record / run, size, run / replay))
            shown = "" if flow else f"{record:10.2f}"
            print(f"{shown}{record / run:10.2f}{size:10.4f}{replay:10.3f}{run / replay:13.1f}", end="", flush=True)
        print()
    for flow, name in ((False, "without control flow"), (True, "with control flow")):
        record, size, replay = zip(*ratios[flow])
        print(
            f"{name}: recording at most {max(record):.2f} times the run, at most {max(size):.4f} bytes an event, replay "
            f"{geometric_mean(replay):.1f} times faster than the run in the geometric mean, at least {min(replay):.1f} times"
        )


def misses(quicken, programs, folder):
    print("| program | LOAD_ATTR hit | bound | LOAD_METHOD hit | bound | all families hit | bound | cost / bound |")
    print("|---|---|---|---|---|---|---|---|")
    sites = []
    for program in programs:
        file = folder / "run.qrec"
        cpu([quicken, "record", "-q", "-o", file, program])
        told = subprocess.run(
            [quicken, "replay", file, "--strategy", "cpython311", "--best", "--sites", "3", "--json"],
            stdout=subprocess.PIPE, check=True, text=True,
        )
        report = json.loads(told.stdout)
        strategy, bound = report["strategies"][0], report["best"]

        def rates(names):
            families = [strategy["families"][name] for name in names if name in strategy["families"]]
            hits = sum(family["hit"] for family in families)
            all_of = hits + sum(family[kind] for family in families for kind in ("miss", "deferred", "generic"))
            limits = [bound["families"][name] for name in names if name in bound["families"]]
            most, events = sum(limit["hits"] for limit in limits), sum(limit["events"] for limit in limits)
            percent = lambda part, whole: f"{100 * part / whole:.1f} %" if whole else "–"
            return percent(hits, all_of), percent(most, events)

        everything = sorted(bound["families"])
        cells = [*rates(["LOAD_ATTR"]), *rates(["LOAD_METHOD"]), *rates(everything)]
        print(f"| {program.stem} | " + " | ".join(cells) + f" | {strategy['cost'] / bound['cost']:.3f} |", flush=True)
        for site in report["sites"]:
            hit, missed = site["strategies"][0]
            if not missed:
                continue
            shapes = "; ".join(f"{shape}: {count}" for shape, count in site["shapes"])
            more = site["shapes_seen"] - len(site["shapes"])
            name = f" {site['name']}" if "name" in site else ""
            sites.append(
                f"| {program.stem}:{site['line']} {site['code']} | {site['instruction']}{name} | {site['events']} | {hit} "
                f"| {missed} | {site['best']} | {shapes}{f'; {more} more' if more else ''} |"
            )
    print("\n| site | instruction | executions | hits | misses | bound | shapes |\n|---|---|---|---|---|---|---|")
    print("\n".join(sites))


STRATEGIES = ["never", "eager", "cpython311", "cpython311-pystats", "adversarial", "adversarial:1"]


def check(quicken, programs, folder):
    """Compares executions, pairs, families and failures by kind; tells how many numbers were compared."""
    wrong = compared = 0
    for program in programs:
        file = folder / "run.qrec"
        cpu([quicken, "record", "-q", "--control-flow", "-o", file, program])
        command = [quicken, "replay", file, "--strategy", ",".join(STRATEGIES), "--sites", "0", "--json"]
        report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        for strategy in report["strategies"]:
            told = folder / "live.json"
            cpu([quicken, "stats", "--strategy", strategy["name"], "--json", "-o", told, program])
            live, replayed = numbers_of_run(json.loads(told.read_text())), numbers_of_replay(strategy)
            different = [name for name in live.keys() | replayed.keys() if live.get(name, 0) != replayed.get(name, 0)]
            compared += len(live.keys() | replayed.keys())
            wrong += len(different)
            for name in sorted(different)[:5]:
                print(f"{program.stem} under {strategy['name']}: {name} {live.get(name, 0)} live, {replayed.get(name, 0)} replayed")
    print(f"{len(programs)} programs, {len(STRATEGIES)} strategies: {compared} numbers compared, {wrong} different")
    return wrong != 0 or compared == 0


KINDS = ("success", "failure", "deferred", "miss", "deopt")


def numbers_of_run(run):
    numbers = {opcode["name"]: opcode["executions"] for opcode in run["opcodes"] if opcode["executions"]}
    numbers |= {f"{pair['first']} {pair['second']}": pair["count"] for pair in run["pairs"] if pair["count"]}
    for family in run["families"]:
        numbers |= {f"{family['head']} {kind}": family[kind] for kind in KINDS if family[kind]}
        numbers |= {f"{family['head']} failure {kind['name']}": kind["count"] for kind in family["failure_kinds"]}
    return numbers


def numbers_of_replay(strategy):
    numbers = dict(strategy["executions"])
    numbers |= {f"{first} {second}": count for first, second, count in strategy["pairs"]}
    for head, family in strategy["families"].items():
        numbers |= {f"{head} {kind}": family[kind] for kind in KINDS if family[kind]}
        numbers |= {f"{head} failure {kind}": count for kind, count in family["failure_kinds"].items()}
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", help="names of benchmark programs [default: all]")
    parser.add_argument("--command", type=Path, default=ROOT / "target/release/quicken", help="the quicken command")
    parser.add_argument("--runs", type=int, default=3, help="how often each command runs")
    parser.add_argument("--misses", action="store_true", help="show where cpython311 misses, as Markdown")
    parser.add_argument("--check", action="store_true", help="compare with live runs; the exit code is 1 if anything differs")
    arguments = parser.parse_args()
    folder = ROOT / "benches/programs"
    programs = [folder / f"{name}.py" for name in arguments.programs] or sorted(folder.glob("*.py"))
    with tempfile.TemporaryDirectory() as temporary:
        if arguments.check:
            sys.exit(check(arguments.command, programs, Path(temporary)))
        elif arguments.misses:
            misses(arguments.command, programs, Path(temporary))
        else:
            costs(arguments.command, programs, arguments.runs, Path(temporary))


if __name__ == "__main__":
    main()
