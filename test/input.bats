#!/usr/bin/env bats
# Bad input to the verbs: one clear line, a non-zero exit.
# shellcheck disable=SC2154
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() { sandbox; }

@test "TREE that does not exist" {
	refused "run: no tree '9.9': TREE is one of 9.1" env TREE=9.9 lab/run
	refused "fetch: no tree '../x': TREE is one of 9.1" env TREE=../x lab/fetch
}

@test "ARCH, VARIANT and CONFIG that do not exist" {
	refused "run: no architecture 'mips': ARCH is x86_64 or arm64" env ARCH=mips lab/run
	refused "image: no variant 'new': VARIANT is base, queue, mutant/<name> or upto/<posting>-<number of the patch>" env VARIANT=new lab/image
	refused "image: no mutant 'x': mutants/9.1 has none" env VARIANT=mutant/x lab/image
	refused "image: no variant 'upto/1-fixes-0009': queue/9.1 has no such patch" env VARIANT=upto/1-fixes-0009 lab/image
	refused "image: no variant 'upto/1-fixes-0000': queue/9.1 has no such patch" env VARIANT=upto/1-fixes-0000 lab/image
	refused "image: no variant 'upto/1-fixes/0001': it is upto/<posting>-<number of the patch>" env VARIANT=upto/1-fixes/0001 lab/image
	refused "image: no config 'fast': CONFIG is slim, kasan, kcsan, debug, gcov, bench or vng" env CONFIG=fast lab/image
}

@test "KSRC that is no kernel checkout" {
	refused "fetch: KSRC=$BATS_TEST_TMPDIR is not a git checkout" env KSRC="$BATS_TEST_TMPDIR" lab/fetch
	git init -q "$BATS_TEST_TMPDIR/empty"
	refused "fetch: KSRC=$BATS_TEST_TMPDIR/empty is not a kernel tree" env KSRC="$BATS_TEST_TMPDIR/empty" lab/fetch
}

@test "KSRC is read and never written" {
	toy_source
	before=$(find "$src" -type f -exec sha256sum {} + | sort)
	KSRC=$src lab/fetch
	printf 'new\n' >queue/9.1/base.note
	KSRC=$src lab/tree
	[ "$(find "$src" -type f -exec sha256sum {} + | sort)" = "$before" ]
	grep -q "^version=ksrc-$(git -C "$src" rev-parse --short=12 HEAD)" build/commit/9.1-queue
}

@test "a disk without room is found before the work" {
	# shellcheck disable=SC2016
	run -2 bash -c '. lab/common.sh; need_space $((1 << 50)) "$XDG_CACHE_HOME"'
	[[ $output == *'disk full: '*' this step needs '* ]]
}

@test "apt without a Debian archive says how to name one" {
	mkdir bin
	printf '#!/bin/sh\nexit 0\n' >bin/apt-get
	chmod +x bin/apt-get
	PATH=$PWD/bin:$PATH run -2 lab/apt trixie-backports apt-get update
	[[ $output == *'give its address as DEBIAN_MIRROR' ]]
}

@test "a download that breaks off leaves nothing behind" {
	mkdir bin
	# An archive that has the package and sends only its beginning.
	cat >bin/apt-get <<-'EOF'
		#!/bin/sh
		case "$*" in
		*indextargets*) echo http://localhost/debian/ ;;
		*download*) echo half >linux-source-9.1_9.1.0-1_all.deb; exit 100 ;;
		esac
	EOF
	printf '#!/bin/sh\necho " linux-source-9.1 | 9.1.0-1 | x"\n' >bin/apt-cache
	chmod +x bin/*
	PATH=$PWD/bin:$PATH run -2 lab/fetch
	[[ $output == *'9.1.0-1 could not be downloaded'* ]]
	[ -z "$(find "$XDG_CACHE_HOME/migrate-device/src" -mindepth 1)" ]
	[ ! -e build/source/9.1 ]
	# The same, but apt believes it has all of it.
	sed -i 's/exit 100/exit 0/' bin/apt-get
	PATH=$PWD/bin:$PATH run -2 lab/fetch
	[[ $output == *'has the checksum'*'queue/9.1/base says 0'* ]]
	[ -z "$(find "$XDG_CACHE_HOME/migrate-device/src" -mindepth 1)" ]
}

@test "tools that are missing, and no apt: they are named" {
	mkdir bin
	for tool in bash dirname basename env awk sed sort paste id cat; do
		ln -s "$(command -v $tool)" bin/
	done
	printf 'no-such-tool some-package kernel build\n' >lab/packages
	PATH=$PWD/bin run -2 lab/deps
	[[ $output == *'no-such-tool (kernel build; in Debian: some-package)'* ]]
}

@test "help lists each verb with a line" {
	run -0 make help
	for verb in deps doctor run test check mutants prefixes coverage stress faults bench image guest tree refresh send vng clean; do
		[[ $output == *"make $verb "* ]]
	done
}

@test "virtme-ng is for x86_64" {
	refused "vng: ARCH=arm64: a virtme-ng guest runs on this machine's files, and these are for x86_64" env ARCH=arm64 lab/vng
}
