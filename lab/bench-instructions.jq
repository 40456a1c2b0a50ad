# What a migration executes, base beside queue, from lines of guest/bench and lab/count.c. For lab/bench-instructions.
include "bench";

def LIMIT: 1.01;
def phases: ["setup", "pages", "finalize"];

# Of each boot the middle round, as a timer interrupt can hit any, and the first is not like the others; of these the least.
def least($key): group_by(.boot) | map(map(select(.round > 0) | .[$key]) | percentile(50)) | min;
def per_page($pages): . / $pages * 10 | round / 10;

def rows: pairs | groups([.cpu, .set, .layout, .order, .pages]) | map(
  of("base") as $b | of("queue") as $q | $b[0]
  | {cpu, set, layout, order, pages, tables, calls: .setup_calls, base_moved: .moved, queue_moved: $q[0].moved,
     size: (.pages | size), what: (.layout + (if .layout == "mthp" then " \(pow(2; .order) | size)" else "" end)
       + if .set == "phases" and .moved == 0 and $q[0].moved == 0 then " (refused)" else "" end)}
  + ([("all", phases[]) as $p | ("insns", "flushes", "waits") as $c
      | ("\($p)_\($c)") as $key | {"base_\($key)": ($b | least($key)), "queue_\($key)": ($q | least($key))}] | add)
  | .base_three_insns = ([.["base_\(phases[])_insns"]] | add) | .queue_three_insns = ([.["queue_\(phases[])_insns"]] | add)
  | . as $row
  | . + ([("all", "three", phases[]) as $p | {"\($p)_ratio": ratio($row["queue_\($p)_insns"]; $row["base_\($p)_insns"]),
      "base_\($p)_page": ($row["base_\($p)_insns"] | per_page($row.pages)),
      "queue_\($p)_page": ($row["queue_\($p)_insns"] | per_page($row.pages))}] | add)
  # A call that has no phases.
  | if .calls == 0 then . + ([("three", phases[]) as $p | {"\($p)_ratio": "", "base_\($p)_page": "", "queue_\($p)_page": ""}] | add) else . end);

def named: "\(.what), \(.size)" + if .cpu == "max" then "" else ", \(.cpu)" end;

def range_of($p): "from \(min_by(.["\($p)_ratio"]) | .["\($p)_ratio"]) to \(max_by(.["\($p)_ratio"]) | "\(.["\($p)_ratio"]) (\(named))")";

# All that can be said in sentences: of the migrations, not of the yardsticks. Worse is what the series must not be.
def verdict: map(select(.set == "phases")) as $rows
  | ($rows | map(select(.queue_all_flushes < .base_all_flushes))) as $fewer
  | "Of what base executes, in \($rows | length) cases, the queue executes",
    (["all", "all of the ioctl"], ["three", "setup, pages and finalize together"], ["setup", "setup"], ["pages", "pages"], ["finalize", "finalize"]
     | . as [$p, $what] | "- \($what): \($rows | range_of($p))"),
    (if $fewer == [] then "- no flush went away" else
     "- where flushes went away, in \($fewer | length) cases, setup: \($fewer | range_of("setup"))" end),
    ($rows[] | select(.three_ratio > LIMIT) | "- more than 1 % more: \(named), setup, pages and finalize together: \(.three_ratio)"),
    ($rows[] | select(.all_ratio > LIMIT) | "- Worse: \(named), the ioctl: \(.all_ratio)"),
    ($fewer[] | select(.queue_setup_insns >= .base_setup_insns) | "- Worse: \(named), setup, with fewer flushes: \(.setup_ratio)");

if $format == "verdict" then rows | verdict
elif $format == "csv" then rows
  | csv(["cpu", "set", "layout", "order", "pages", "tables", "calls", "base_moved", "queue_moved"]
    + [("all", phases[]) as $p | ("insns", "flushes", "waits") as $c | ("base", "queue") as $v | "\($v)_\($p)_\($c)"]
    + [("all", "three", phases[]) as $p | "\($p)_ratio"])
else rows | any(.[]; .base_all_waits > 0) as $waits
  | markdown((if $waits then [["cpu", "CPU"]] else [] end)
    + [["what", "memory"], ["size", "there"], ["calls", "setups"]]
    + [phases[] as $p | ["base_\($p)_page", "\($p), base"], ["queue_\($p)_page", "queue"], ["\($p)_ratio", "ratio"]]
    + [["three_ratio", "all three, ratio"], ["all_ratio", "ioctl, ratio"], ["base_all_flushes", "flushes, base"], ["queue_all_flushes", "queue"]]
    + if $waits then [["base_all_waits", "waits, base"], ["queue_all_waits", "queue"]] else [] end) end
