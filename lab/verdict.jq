# The rules: from what one boot left behind to its results. For lab/judge.
# Input: what records.jq made. $meta, $outcome: text; $ktap: what ktap.py made; $found: splats, [{line, text, allowed}];
# $stderr: where tests say what they saw; $skips: the allow list; $scanned: why the console could not be scanned, or ""; $name.
def splats: $found[0];
def ktap: $ktap | from_entries;
def allow_list: [$skips | split("\n")[] | select(. != "") | split("\t")];
def counted: group_by(.) | map(if length > 1 then "\(.[0]) (\(length) times)" else .[0] end);
def some: if length > 3 then (.[:3] | join(", ")) + " and \(length - 3) more" else join(", ") end;
def allowed($subject): first(allow_list[] | select(.[0] as $r | $subject | test("^(?:" + $r + ")$"))[1]) // null;

def skip_problems($program):                  # of one test that was skipped
  if .status != "skip" then empty
  elif (.reason | IN("", "unknown")) then "\(.name) skipped without a reason"
  elif .allowed == null then "unexpected skip: \(.name) # \(.reason)"
  else empty end;

def exit_problems:                            # of every kind of program
  if .kind == "console" then empty
  elif .start | not then "never started"
  elif .exit == null then "no exit record: it was running when the guest ended"
  elif [.exit.status, .exit.signal, .exit.timeout, .exit.ms, .exit.stdout.offset, .exit.stderr.offset] | index(null)
  then "malformed exit record"
  elif .exit.timeout != 0 then "timed out after \(.limit) s" + if .exit.killed then "" else " and could not be killed" end
  elif .exit.signal != 0 then "killed by signal \(.exit.signal)"
  elif .cut then "its stdout is shorter than its exit record says"
  else empty end;

# kselftest.h: 0 passed, 1 failed, 4 skipped.
def ktap_problems:
  (.exit.status) as $s | (.tests | map(select(.status == "fail").name)) as $failed
  | (.errors | counted[] | "KTAP: " + .),
    if $failed != [] then "\($failed | length) of \(.tests | length) tests failed: \($failed | some)" else empty end,
    if .kind == "console" or .exit == null or .exit.timeout != 0 or .exit.signal != 0 then empty
    elif $s == 0 and ($failed != [] or .errors != []) then "exit status 0 contradicts its KTAP"
    elif $s == 4 and (.tests | any(.status == "skip")) and $failed == [] then empty
    elif $s != 0 and $failed == [] then "exit status \($s), though no test failed"
    elif $s | IN(0, 1) | not then "exit status \($s)"
    else empty end;

# What each test said of what it saw: TH_LOG() of kselftest_harness.h. "Expected" is the harness's own word.
def said: [$stderr | split("\n")[]
  | capture("^(?:# )?[^ :]+\\.c:[0-9]+:(?:[^:]*\\.)?(?<key>[^.:]+):(?<value>.*)$")
  | select(.value | startswith("Expected ") | not)] | group_by(.key) | map({key: .[0].key, value: map(.value)}) | from_entries;

def judged($said):
  . as $p | (ktap[.name] // {tests: [], errors: (if .start and .kind == "ktap" then ["not parsed"] else [] end), skip: null}) as $k
  | .cut = ($k.cut // false) | .errors = $k.errors
  | .tests = if .kind == "plain" then [] elif $k.skip != null
             then [{name: .name, status: "skip", reason: $k.skip, duration_ms: .exit.ms, metrics: []}] else $k.tests end
  | .tests |= map(if .status == "skip" then .allowed = allowed("\($p.name) \(.name) # \(.reason)") else . end)
  | .tests |= map(if .status == "skip" then . else . + {said: ($said[.name | split(".") | last] // [])} end)
  | .reasons = [exit_problems,
      if .kind == "plain" then (.exit // {} | if .status != 0 and .timeout == 0 and .signal == 0
                                then "exit status \(.status)" else empty end)
      elif .kind | IN("ktap", "console") then ktap_problems, (.tests[] | skip_problems($p.name))
      else "unknown kind of job: \(.kind)" end]
  | {name, kind, argv, verdict: (if .reasons == [] then "pass" else "fail" end), reasons,
     status: .exit.status, signal: .exit.signal, timeout: (if .exit then .exit.timeout != 0 else null end),
     duration_ms: .exit.ms,
     counts: {pass: (.tests | map(select(.status == "pass")) | length),
              fail: (.tests | map(select(.status == "fail")) | length),
              skip: (.tests | map(select(.status == "skip")) | length)}, tests};

($meta | split("\n") | map(capture("^(?<key>[^=]+)=(?<value>.*)$")) | from_entries) as $m
| (["tree", "version", "arch", "variant", "config", "compiler", "accel", "cpu"]) as $wanted
| (splats | map(select(.allowed == null))) as $bad
| (said as $said | .programs | map(judged($said))) as $programs
| {
    name: $name, tree: $m.tree, version: $m.version, arch: $m.arch, variant: $m.variant, config: $m.config,
    commit: $m.commit, compiler: $m.compiler, accelerator: $m.accel, accelerator_reason: $m.accel_reason,
    cpu: $m.cpu, smp: $m.smp, mem: $m.mem, kernel_cmdline: $m.kernel_cmdline,
    outcome: $outcome, boot_ms,
    reasons: (
      [if $outcome == "done" then empty
       elif $outcome == "lost" then "the VM was lost"
       elif $outcome | test("^timeout-(boot|program|shutdown)$") then "time-out: " + $outcome[8:]
       elif $outcome == "" then "no outcome: lab/boot did not finish"
       else "unknown outcome: " + $outcome end,
       if $scanned != "" then $scanned else empty end,
       if $bad == [] then empty else "\($bad | length) splat\(if ($bad | length) == 1 then "" else "s" end): \($bad[0].text)" end,
       .problems[],
       ($wanted[] | . as $w | select(($m[$w] // "") == "") | "meta does not say: " + $w)]
      + [$programs[] | .name as $n | .reasons[] | "\($n): \(.)"]),
    splats: splats, programs: $programs
  }
| .verdict = if $outcome == "lost" then "LOST" elif .reasons == [] then "PASS" else "FAIL" end
