# Results JSON -> KCIDB JSON (schema 4.3), for KernelCI: one checkout, one build, a test for each test and one for the boot.
# Times are in seconds there. An id is unique to what was built and run, so that a result sent twice is one.
def sanitized: gsub("[^A-Za-z0-9_.-]"; "_");
# KUnit may give two cases of one test the same name.
def numbered: [group_by(.id)[] | to_entries[] | .key as $n | .value | if $n > 0 then .id += ":\($n + 1)" else . end];
def known: with_entries(select(.value != null));
{pass: "PASS", fail: "FAIL", skip: "SKIP"} as $words
| "migrate_device" as $origin
| (.tree // "unknown") as $tree
| "\($origin):\(.commit // "unknown")" as $checkout
| "\($checkout)-\(.arch)-\(.config)" as $build
| {comment: ([.cpu, .accelerator] | map(values) | join(", ")),
   misc: ({cpu, smp, mem, kernel_cmdline, accelerator, accelerator_reason} | known)} as $environment
| def test($path; $status; $ms; $misc):
    {id: "\($build)-\(.name | sanitized):\($path | sanitized)", build_id: $build, origin: $origin, path: ($path | sanitized),
     status: $status, duration: (if $ms then $ms / 1000 else null end), environment: $environment,
     misc: (if $misc == {} then null else $misc end)} | known;
. as $run
| {version: {major: 4, minor: 3},
   checkouts: [{id: $checkout, origin: $origin, tree_name: $tree, git_commit_hash: .commit,
                comment: "\($tree) \(.version), \(.variant)", valid: true} | known],
   builds: [{id: $build, checkout_id: $checkout, origin: $origin, architecture: .arch, compiler, config_name: .config,
             valid: true} | known],
   tests: ([test("boot"; {PASS: "PASS", FAIL: "PASS", LOST: "FAIL"}[.verdict] // "ERROR"; .boot_ms; {}),
            test("splats"; if any(.splats[]; .allowed == null) then "FAIL" else "PASS" end; null;
                 if .splats == [] then {} else {splats: [.splats[].text]} end)]
     + [.programs[] | .name as $program | .reasons as $reasons
        | .status as $exit
        | (.tests[] | . as $t | $run | test("\($program).\($t.name)"; $words[$t.status] // "ERROR"; $t.duration_ms;
             if $t.status == "skip" then {reason: $t.reason} else {} end)),
          (.duration_ms as $ms | $run | test($program; if $reasons == [] then "PASS" else "FAIL" end; $ms;
             if $reasons == [] then {} else {reasons: $reasons} end))] | numbered)}
