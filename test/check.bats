#!/usr/bin/env bats
# make check: one line a patch; builds and what else reads the code. No kernel is built here.
# shellcheck disable=SC2154,SC2030,SC2031,SC2016 # variables of sandbox.bash; each test is a subshell; the toys expand theirs
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() { sandbox && toy_source && toy_queue; }

@test "warnings: those whose lines have moved are not new, one more of the same is" {
	printf '%s\n' 'a.c:5:3: warning: unused x' '    5 | int x;' 'a.c:9: warning: kernel doc' >before
	printf '%s\n' 'a.c:7:4: warning: unused x' '    7 | int x;' 'a.c:11: warning: kernel doc' 'a.c:11:1: note: seen here' >after
	run -0 lab/check-new before after
	[ "$output" = '' ]
	echo 'a.c:30:4: warning: unused x' >>after
	run -1 lab/check-new before after
	[ "$output" = 'a.c:30:4: warning: unused x' ]
}

# toy_kernel: something that has the targets that lab/check-build asks for
toy_kernel() {
	mkdir -p "$src/scripts/kconfig"
	printf '#!/bin/sh\n: >"$3/.config"\n' >"$src/scripts/kconfig/merge_config.sh"
	chmod +x "$src/scripts/kconfig/merge_config.sh"
	rm config/*
	cat >"$src/Makefile" <<-'EOF'
		vmlinux: ; cd $(O) && echo >>linked && mkdir -p mm && $(CC) $(if $(W),-Wunused) -c -o mm/migrate_device.o $(CURDIR)/mm/migrate_device.c
		olddefconfig: ;
		%.o: ; cd $(O) && $(CC) $(if $(W),-Wunused) -c -o $@ $(CURDIR)/$*.c
	EOF
	printf 'static int old;\nint f(void)\n{\n\treturn 1;\n}\n' >"$src/mm/migrate_device.c"
	out=$BATS_TEST_TMPDIR/out
}

@test "a build: a warning of W=1 that is new, one that is not, an error" {
	toy_kernel
	lab/check-build gcc "$src" "$out" mm/migrate_device.c
	sed -i 's/^int f/\nint f/' "$src/mm/migrate_device.c"
	run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c
	[ "$output" = '' ]
	sed -i 's/^{/{\n\tint unused;\n/' "$src/mm/migrate_device.c"
	run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c
	[[ $output == "mm/migrate_device.c:5:13: warning: unused variable 'unused'"* ]]
	sed -i 's/return/retrun/' "$src/mm/migrate_device.c"
	run -1 lab/check-build gcc "$src" "$out" mm/migrate_device.c
	[[ $output == *"mm/migrate_device.c:7:"*'error:'* ]]
}

@test "a build: a file that is in no image is built by itself, and named when it cannot be" {
	toy_kernel
	printf 'static int new;\n' >"$src/mm/rmap.c"
	lab/check-build gcc "$src" "$out" mm/migrate_device.c
	run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c mm/rmap.c
	[[ $output == "mm/rmap.c:1:12: warning: 'new' defined but not used"* ]]
	sed -i 's/^%.o: .*/%.o: ;/' "$src/Makefile"
	rm "$out/mm/rmap.o"
	run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c mm/rmap.c
	[ "$output" = 'mm/rmap.c is not built for x86_64' ]
}

@test "a build: what has changed is compiled alone, as long as nothing else can tell" {
	toy_kernel
	linked() { wc -l <"$out/linked"; }
	build() { CHANGED=$1 run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c; }
	build ''
	[ "$(linked)" = 1 ]
	# A warning is seen all the same.
	sed -i 's/return 1;/int unused;\n\n\treturn 2;/' "$src/mm/migrate_device.c"
	build mm/migrate_device.c
	[[ $output == "mm/migrate_device.c:4:13: warning: unused variable 'unused'"* ]]
	[ "$(linked)" = 1 ]
	# A symbol that is wanted, one that is defined, a header, a file that has no object yet.
	sed -i '1i int g(void);' "$src/mm/migrate_device.c"
	sed -i 's/return 2/return g()/' "$src/mm/migrate_device.c"
	build mm/migrate_device.c
	[ "$(linked)" = 2 ]
	printf 'int h;\n' >>"$src/mm/migrate_device.c"
	build mm/migrate_device.c
	[ "$(linked)" = 3 ]
	build include/linux/migrate.h
	[ "$(linked)" = 4 ]
	build 'mm/migrate_device.c mm/rmap.c'
	[ "$(linked)" = 5 ]
	# Symbols that cannot be read are not taken for the same.
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/nm
	chmod +x bin/nm
	PATH=$PWD/bin:$PATH build mm/migrate_device.c
	[ "$(linked)" = 6 ]
	rm bin/nm
	# And an error.
	sed -i 's/return g/retrun g/' "$src/mm/migrate_device.c"
	CHANGED=mm/migrate_device.c run -1 lab/check-build gcc "$src" "$out" mm/migrate_device.c
	[[ $output == *'error:'* ]]
}

@test "sparse: what it cannot know is no finding" {
	toy_kernel
	lab/check-build gcc "$src" "$out" mm/migrate_device.c
	printf 'MODULE_LICENSE("GPL");\nint f;\n' >"$src/mm/migrate_device.c"
	printf '#!/bin/sh\nfor i in 1 2; do echo "$4:$i:1: error: bad constant expression"; done >&2\n' >"$box/check-toy"
	chmod +x "$box/check-toy"
	sed -i "s|^vmlinux: .*|vmlinux: ; $box/check-toy 1 2 3 $src/mm/migrate_device.c 2>\$(O)/.said/x; touch \$(O)/mm/migrate_device.o|" "$src/Makefile"
	run -0 lab/check-build gcc "$src" "$out" mm/migrate_device.c
	[ "$output" = 'mm/migrate_device.c:2:1: error: bad constant expression' ]
}

@test "sparse: only the files asked for, what it says is kept, and ends no build" {
	mkdir bin said
	printf '#!/bin/sh\necho "$1:1:1: error: no" >&2\nexit 1\n' >bin/sparse
	chmod +x bin/sparse
	export PATH=$PWD/bin:$PATH CHECK_SAID=$PWD/said CHECK_FILES='mm/a.c mm/b.c'
	run -0 lab/check-cc sparse ../src/mm/a.c
	run -0 lab/check-cc sparse ../src/mm/c.c
	[ "$(cat said/*)" = '../src/mm/a.c:1:1: error: no' ]
}

@test "kernel-doc: what it says after and did not before" {
	mkdir -p "$src/scripts"
	printf '#!/bin/sh\ngrep -n bad "$2" | sed "s|^|$2:|; s|:bad| warning: bad|"\n' >"$src/scripts/kernel-doc"
	chmod +x "$src/scripts/kernel-doc"
	commit_line mm/migrate_device.c 20 'bad 1' one
	run -0 lab/check-doc "$src" HEAD^ HEAD mm/migrate_device.c
	[[ $output == 'mm/migrate_device.c:20'*'bad 1' ]]
	commit_line mm/migrate_device.c 25 other two
	run -0 lab/check-doc "$src" HEAD^ HEAD mm/migrate_device.c
	[ "$output" = '' ]
	# As newer trees put it.
	printf '#!/bin/sh\ngrep -n bad "$2" | sed "s|^|Warning: $2:|; s|:bad| bad|"\n' >"$src/scripts/kernel-doc"
	run -0 lab/check-doc "$src" HEAD~2 HEAD mm/migrate_device.c
	[ "$output" = 'mm/migrate_device.c:20: warning: bad 1' ]
}

@test "coccicheck: what a semantic patch finds after and did not before, and which cannot be run" {
	mkdir -p bin "$src/scripts/coccinelle/api/more"
	printf '// Options: --one\nvirtual report\n' | tee "$src/scripts/coccinelle/api/a.cocci" >"$src/scripts/coccinelle/api/more/b.cocci"
	printf 'virtual report\n@script:ocaml depends on report@\n' >"$src/scripts/coccinelle/api/c.cocci"
	cat >bin/spatch <<-'EOF'
		#!/bin/sh
		echo "$*" >>"$LOG"
		for file; do case $file in mm/*.c) grep -Hn bad "$file" | sed 's|^\([^:]*:[0-9]*\):|\1:1-2: WARNING |' ;; esac; done
	EOF
	chmod +x bin/spatch
	export PATH=$PWD/bin:$PATH LOG=$PWD/log
	commit_line mm/migrate_device.c 20 'bad 1' one
	commit_line mm/migrate_device.c 25 'bad 2' two
	printf 'bad 3\n' >"$src/mm/rmap.c"
	git -C "$src" add -A
	git -C "$src" commit -q --amend -m two
	run -0 lab/check-cocci "$src" HEAD^ HEAD mm/migrate_device.c mm/gone.c mm/rmap.c tools/x.c
	[ "$(sort -u <<<"$output")" = $'mm/migrate_device.c:25:1-2: WARNING bad 2\nmm/rmap.c:1:1-2: WARNING bad 3' ]
	[ "${#lines[@]}" = 4 ]
	# Two semantic patches, twice, with their options, all files at once.
	[ "$(wc -l <log)" = 4 ]
	[ "$(grep -c -e ' --one ' log)" = 4 ]
	printf '#!/bin/sh\nexit 1\n' >bin/spatch
	run -0 lab/check-cocci "$src" HEAD^ HEAD mm/migrate_device.c
	[ "$output" = $'a.cocci could not be run on mm/migrate_device.c\nb.cocci could not be run on mm/migrate_device.c' ]
}

# toy_steps: what lab/check calls, without kernels and tools: each finds what the toy says
toy_steps() {
	for step in build selftests style doc cocci html cover message; do
		printf '#!/bin/sh\nexit 0\n' >"lab/check-$step"
	done
}

@test "one line a patch, what is wrong below it" {
	toy_steps
	run -0 --separate-stderr lab/check
	[ "$output" = $'1..3\nok 1-fixes/0000 cover letter\nok 1-fixes/0001 mm: fix it\nok 1-fixes/0002 selftests/mm: test it' ]
	printf '#!/bin/sh\ncase $1 in *0001*) echo "a typo" ;; esac\n' >lab/check-message
	run -1 --separate-stderr lab/check
	[ "$output" = $'1..3\nok 1-fixes/0000 cover letter\nnot ok 1-fixes/0001 mm: fix it\n#   message: a typo\nok 1-fixes/0002 selftests/mm: test it' ]
	# A check that ends badly is no check that found nothing.
	printf '#!/bin/sh\nexit 4\n' >lab/check-style
	run -1 --separate-stderr lab/check
	[[ $output == *$'not ok 1-fixes/0002 selftests/mm: test it\n#   checkpatch: failed, exit status 4'* ]]
}

@test "a posting alone, one that is not there, a queue that does not apply" {
	toy_steps
	cp -r queue/9.1/1-fixes one
	POSTING=1-fixes run -0 --separate-stderr lab/check
	[ "${lines[0]}" = 1..3 ]
	POSTING=3 run -2 --separate-stderr lab/check
	[ "$stderr" = "check: no posting '3': queue/9.1 has 1-fixes" ]
	FROM=1-fixes/0003 run -2 --separate-stderr lab/check
	[ "$stderr" = "check: queue/9.1 has no patch FROM='1-fixes/0003', such as 1-fixes/0001" ]
	FROM=1-fixes/0002 run -0 --separate-stderr lab/check
	[ "$output" = $'1..1\nok 1-fixes/0002 selftests/mm: test it' ]
	ARCH='arm64 mips' run -2 --separate-stderr lab/check
	[ "$stderr" = "check: no architecture 'mips': ARCH is x86_64 or arm64" ]
	sed -i 's/^ 19$/ nineteen/' queue/9.1/1-fixes/0001-*.patch
	run -1 --separate-stderr lab/check
	[[ $output == $'1..1\nnot ok queue/9.1 applies\n#'*'0001-mm-fix-it.patch does not apply to 9.1'* ]]
}
