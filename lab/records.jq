# One boot's jobs and status records, joined: [{name, kind, limit, argv, start, exit}] and what does not fit.
# For lab/judge; $jobs and $status are the files' text; $kunit: the console holds KTAP.
def lines: split("\n") | map(select(. != ""));
def record:                                   # "exit n=1 name=x status=0" -> {_: "exit", n: "1", ...}
  split(" ") | {_: .[0]} + ([.[1:][] | capture("^(?<key>[^=]+)=(?<value>.*)$")] | from_entries);
def number: if test("^-?[0-9]+$") then tonumber else null end;
def extent: (capture("^(?<o>[0-9]+)[+](?<l>[0-9]+)$") // {o: "", l: ""}) | {offset: (.o | number), length: (.l | number)};
def exit_record:
  {status: (.status // "" | number), signal: (.signal // "" | number), timeout: (.timeout // "" | number),
   ms: (.ms // "" | number), killed: (.killed != "0"), stdout: (.stdout // "" | extent), stderr: (.stderr // "" | extent)};

($status | lines | map(record)) as $records
| ($jobs | lines | map(split("\t"))
   | if $kunit and all(.[]; .[1] != "console") then . + [["kunit", "console", "0", "-"]] else . end) as $rows
| ($records | map(select(._ == "start").name)) as $starts
| ($records | map(select(._ == "exit"))) as $exits
| {
    programs: [$rows[] | select(length == 4) | . as [$name, $kind, $limit, $argv]
      | {name: $name, kind: $kind, limit: ($limit | number), argv: $argv,
         start: ($starts | index($name) != null),
         exit: ([$exits[] | select(.name == $name) | exit_record] | first)}],
    boot_ms: ([$records[] | select(._ == "boot") | .uptime_ms // "" | number] | first),
    problems: (
      [if ($jobs | lines) == [] then "the jobs file is missing or empty" else empty end,
       ($rows[] | select(length != 4) | "malformed job: " + join(" ")),
       ($rows | group_by(.[0])[] | select(length > 1) | "two jobs are named " + .[0][0])]
      + if $records == [] then ["no status record: the guest reported nothing"] else
      [if $records[0]._ != "boot" then "no boot record" else empty end,
       if $records[-1]._ != "done" then "no done record: the guest did not come to its end" else empty end,
       ($records[] | select(._ | IN("boot", "start", "exit", "done") | not) | "unknown status record: " + ._),
       ($exits | group_by(.name)[] | select(length > 1) | "more than one exit record for " + .[0].name),
       ([$records[] | select(._ | IN("start", "exit")) | .name // "?"] | unique[]
        | . as $n | select([$rows[][0]] | index($n) == null) | "status record for an unknown job: " + $n)] end)
  }
