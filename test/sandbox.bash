# shellcheck shell=bash
# A copy of the lab with a toy tree "9.1" and a cache of its own, for tests of the steps that need no real kernel.

sandbox() {
	real=$(cd "$BATS_TEST_DIRNAME/.." && pwd -P)
	box=$BATS_TEST_TMPDIR/box
	mkdir -p "$box/queue/9.1" "$box/mutants/9.1"
	cp -r "$real/lab" "$real/config" "$real/guest" "$real/Makefile" "$box/"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	export TREE=9.1 ARCH=x86_64 VARIANT=queue CONFIG=slim KSRC=
	export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
	printf '%s\n' suite=none package=linux-source-9.1 version=9.1.0-1 sha256=0 upstream=v9.1 >"$box/queue/9.1/base"
	cd "$box" || return
}

# toy_source: a source with two files that patches can touch, as lab/fetch leaves it
toy_source() {
	src=$BATS_TEST_TMPDIR/src
	git init -q "$src"
	mkdir -p "$src/mm" "$src/tools/testing/selftests/mm"
	seq 1 40 >"$src/mm/migrate_device.c"
	seq 1 40 >"$src/tools/testing/selftests/mm/hmm-tests.c"
	git -C "$src" add -A
	git -C "$src" commit -q -m source
	mkdir -p "$box/build/source"
	printf '%s\n' "repo=$src" "commit=$(git -C "$src" rev-parse HEAD)" version=9.1.0-1 sha256=0 >"$box/build/source/9.1"
}

# commit_line FILE LINE TEXT MESSAGE: change one line in the toy source
commit_line() {
	sed -i "$2s/.*/$3/" "$src/$1"
	git -C "$src" commit -q -a -m "$4"
}

# toy_queue: one posting with a fix and a test, as git format-patch writes it
toy_queue() {
	local base
	base=$(git -C "$src" rev-parse HEAD)
	commit_line mm/migrate_device.c 20 fixed $'mm: fix it\n\nFixes: 123456789012 ("mm: break it")'
	commit_line tools/testing/selftests/mm/hmm-tests.c 5 tested 'selftests/mm: test it'
	git -C "$src" format-patch -q --zero-commit --no-signature --abbrev=12 --stat=72 --cover-letter \
		-o "$box/queue/9.1/1-fixes" "$base"
	sed -i 's/\*\*\* SUBJECT HERE \*\*\*/mm: it/; s/\*\*\* BLURB HERE \*\*\*/All of it.\n\nAnd why./' \
		"$box/queue/9.1/1-fixes/0000-cover-letter.patch"
	git -C "$src" checkout -q --detach "$base"
}

# refused LINE COMMAND...: exit 2, and that line is all it says
refused() {
	local line=$1
	shift
	run -2 --separate-stderr "$@"
	[ "$output" = '' ]
	[ "$stderr" = "$line" ] || { echo "said: $stderr"; return 1; }
}
