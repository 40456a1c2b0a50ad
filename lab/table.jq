# Results side by side, as lines of kind, label and a cell per column, with tabs between. For lab/table; input: [results].
def row($kind; $what; $cells): [$kind, $what] + $cells | map(tostring | gsub("[\t\r\n]"; " ")) | join("\t");
def differ: unique | length > 1;
def cpu: .cpu | split(",")[0];
def coherent: test("coherent");
def counts: . as $t | ["pass", "fail", "skip"] | map(. as $s | $t | map(select(.status == $s)) | length) | join("/");
def in_order: reduce .[] as $x ([]; if index([$x]) == null then . + [$x] else . end);
# {"suite<tab>test": test}. A name can come twice in one program: KUnit's parametrised tests do that.
def by_key: [.programs[] | .name as $suite | .tests | group_by(.name)[] | to_entries[]
  | {key: ($suite + "\t" + .value.name + if .key > 0 then " (\(.key + 1))" else "" end), value}] | from_entries;
# Programs that did not come to their end: a test of theirs that is missing was not reached, which is no difference.
def cut: [.programs[] | select(.kind == "ktap" and (.status == null or .signal != 0 or .timeout)).name];

. as $runs | map(by_key) as $tests | map(cut) as $cut | ($tests | map(keys) | add | unique) as $keys
| def cells($k): [range($runs | length) as $i | $tests[$i][$k].status
    // if any($cut[$i][]; . == ($k | split("\t")[0])) then "not reached" else "-" end];
  ["tree", "version", "arch", "config", "accelerator", "accelerator_reason"] as $facts
| row("title"; [$facts[] | . as $f | select($runs | map(.[$f]) | differ | not) | $runs[0][$f] // empty] | join("  "); []),
  row("head"; "variant"; $runs | map(.variant)),
  row("head"; "cpu"; $runs | map(cpu)),
  ($facts[] | . as $f | select($runs | map(.[$f]) | differ) | row("head"; $f; $runs | map(.[$f] // "?"))),
  ([$runs[].programs[].name] | in_order[] | . as $suite
   | ($runs | map([.programs[] | select(.name == $suite)][0])) as $programs
   | [$keys[] | select(startswith($suite + "\t")) | cells(.)] as $all
   | def part(f): $programs | map(if . then .tests | map(select(.name | f)) | counts else "-" end);
     if any($programs[]; .kind == "plain") then row("result"; $suite; $programs | map(.verdict // "-")) else
       row("count"; "\($suite) (pass/fail/skip)"; part(coherent | not)),
       if any($programs[]; . and any(.tests[]; .name | coherent))
       then row("count"; "\($suite), coherent memory"; part(coherent)) else empty end,
       if any($all[][]; . == "not reached")
       then row("number"; "\($suite), not reached"; [range($runs | length) as $i | $all | map(select(.[$i] == "not reached")) | length])
       else empty end end),
  row("number"; "splats"; $runs | map([.splats[] | select(.allowed == null)] | length)),
  if any($runs[].splats[]; .allowed) then
    row("plain"; "splats, allowed"; $runs | map([.splats[] | select(.allowed)] | length)) else empty end,
  ([$runs[].programs[].tests[] | select(.status == "skip") | .reason] | unique[] | . as $why
   | row("plain"; "skipped: \($why)"; $runs | map([.programs[].tests[] | select(.status == "skip" and .reason == $why)] | length))),
  ($keys | map(select(cells(.) - ["not reached"] | differ)) | sort_by(coherent)[] | . as $k
   | row("result"; split("\t")[1]; cells(.) | map(if . == "not reached" then "-" else . end)),
     # what the test itself said of it
     (range($runs | length) as $i | $tests[$i][$k].said[]?
      | row("plain"; "  \($runs[$i] | .variant), \($runs[$i] | cpu): \(.)"; []))),
  ($keys[] | . as $k | [$tests[][$k] | values | .metrics[] | [.name, .unit]] | unique[] | . as [$name, $unit]
   | row("plain"; "\($k | split("\t")[1]): \($name)" + if $unit == "" then "" else " (\($unit))" end;
         $tests | map([(.[$k] // {metrics: []}).metrics[] | select(.name == $name and .unit == $unit) | .value][0] // "-"))),
  ($runs[] | row("verdict"; "\(.variant), \(cpu): \(.verdict)"
    + if .reasons == [] then "" else " (\(.reasons | join("; ")))" end; []))
