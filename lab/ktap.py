#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ktap.py PROGRAM CUT -|TIMES OFFSET: KTAP on stdin, JSON on stdout, by the kernel's own parser
(KUNIT_PARSER=<a kernel tree>/tools/testing/kunit).

`kunit.py parse --json` loses what a judge needs: it has no messages of parse errors and no skip reasons,
it stops reading at the plan's number of tests, and it takes output without any plan.

-: each line begins with its time in ms and a tab. Otherwise the file TIMES, if it is there, has lines "<bytes of
stdout> <ms>", and OFFSET is where this output begins in stdout. A test lasts from the result before it to its own.
"""
import bisect
import io
import json
import os
import re
import sys

sys.path.insert(0, os.environ['KUNIT_PARSER'])
import kunit_parser as kp  # noqa: E402
from kunit_printer import Printer  # noqa: E402

METRIC = re.compile(r'\s*# metric\b')
METRIC_FORM = re.compile(r'\s*# metric ([\w.:/-]+)=(-?[0-9]+(?:\.[0-9]+)?)(?: (\S+))?$')
SKIPPED_PLAN = re.compile(r'1\.\.0 # SKIP ?(.*)$')
RUN_LINE = re.compile(r'# +RUN +(\S+) \.\.\.')   # kselftest_harness.h; a skip of 5.10 has no other name
ERROR_LINE = re.compile(r'\[[0-9:]+\] \[ERROR\] Test: (.*)')

tests, errors = [], []
times = []      # of each line, in ms; None where nobody noted it
results = []    # numbers of the lines that hold results, in their order


def parse_test_result(lines, test, expected_num, printer, theirs=kp.parse_test_result):
    number = lines.line_number()
    found = theirs(lines, test, expected_num, printer)
    if found:
        begin, end = times[results[-1] - 1], times[number - 1]
        test.duration_ms = None if begin is None or end is None else max(0, end - begin)
        results.append(number)
    return found


kp.parse_test_result = parse_test_result


def metrics(test):
    found = []
    for line in filter(METRIC.match, test.log):
        form = METRIC_FORM.match(line)
        if form:
            found.append({'name': form[1], 'value': float(form[2]), 'unit': form[3] or ''})
        else:
            errors.append('malformed metric: ' + line.strip())
    return found


def name_of(test, number):
    runs = [m[1] for m in map(RUN_LINE.search, test.log) if m]
    return test.name or (runs[-1] if runs else f'#{number}')


def emit(test, status, reason, path):
    tests.append({'name': path, 'status': status, 'reason': reason,
                  'duration_ms': getattr(test, 'duration_ms', None), 'metrics': metrics(test)})


def walk(test, path):
    """Flattens the tree; returns whether anything in it failed."""
    if test.subtests:
        failed = [walk(sub, f'{path}.{name_of(sub, n)}' if path else name_of(sub, n))
                  for n, sub in enumerate(test.subtests, 1)]
        if test.status == kp.TestStatus.FAILURE and not any(failed):
            emit(test, 'fail', 'not ok, though none of its subtests failed', path)
            return True
        return any(failed)
    if test.status == kp.TestStatus.TEST_CRASHED and not test.name:
        return True                 # the parser's stand-in for a missing test; errors[] has it
    if test.status == kp.TestStatus.SUCCESS:
        emit(test, 'pass', '', path)
    elif test.status == kp.TestStatus.SKIPPED:
        emit(test, 'skip', test.skip_reason, path)
    else:
        reason = '' if test.status == kp.TestStatus.FAILURE else test.status.name.lower()
        emit(test, 'fail', reason, path)
        return True
    return False


def outside(log):
    errors.extend('metric outside a test: ' + line.strip() for line in filter(METRIC.match, log))


def document(lines, printer):
    results.append(lines.line_number())
    test = kp.parse_test(lines, 0, [], False, printer)
    if test.expected_count is None:
        errors.append('no plan')
    if test.subtests:
        walk(test, '')
    outside(test.log + kp.parse_diagnostic(lines))
    # The parser stops at the plan's number; whatever result is left was not planned.
    while lines and not (kp.KTAP_START.match(lines.peek()) or kp.TAP_START.match(lines.peek())):
        errors.append('more than planned: ' + lines.pop().strip())
        outside(kp.parse_diagnostic(lines))


def skipped_as_a_whole(text):
    results = [line for line in text if kp.TEST_RESULT.match(line)]
    plans = [m[1] for m in map(SKIPPED_PLAN.match, text) if m]
    return plans[0] if plans and not results else None


def parse(text):
    said = io.StringIO()
    lines = kp.extract_tap_lines(text)
    if not lines:
        errors.append('no KTAP output')
    while lines:
        document(lines, Printer(output=said))
    errors.extend(m[1] for m in map(ERROR_LINE.match, said.getvalue().splitlines()) if m)


def unfinished(text):
    """The test that ran when the output ended, as when the kernel died of it."""
    running = None
    for line in text:
        run = RUN_LINE.search(line)
        if run:
            running = run[1]
        elif kp.TEST_RESULT.match(line):
            running = None
    if running:
        tests.append({'name': running, 'status': 'fail', 'reason': 'it did not end', 'duration_ms': None, 'metrics': []})


def split_lines(raw):    # and note their times
    text = raw.splitlines()
    if sys.argv[3:] == ['-']:
        stamped = [line.partition('\t') for line in text]
        times.extend(int(ms) for ms, _, _ in stamped)
        return [line for _, _, line in stamped]
    noted = []
    if os.path.exists(sys.argv[3]):
        with open(sys.argv[3], encoding='ascii') as f:
            noted = sorted(tuple(map(int, line.split())) for line in f)
    size = int(sys.argv[4])
    for line in raw.splitlines(True):
        size += len(line.encode(errors='surrogateescape'))
        at = bisect.bisect_left(noted, (size, 0))
        times.append(noted[at][1] if at < len(noted) else None)
    return text


def main():
    raw = io.TextIOWrapper(sys.stdin.buffer, errors='surrogateescape', newline='').read()
    text = split_lines(raw)
    skip = skipped_as_a_whole(text)
    if skip is None:
        parse(text)
        unfinished(text)
        if not raw.endswith('\n') and text and kp.TEST_RESULT.match(text[-1]):
            errors.append('the last result is cut short: ' + text[-1].strip())
    json.dump({'key': sys.argv[1], 'value': {'tests': tests, 'errors': errors, 'skip': skip, 'cut': sys.argv[2] == 'true'}},
              sys.stdout)
    print()


main()
