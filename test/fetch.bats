#!/usr/bin/env bats
# lab/fetch with an archive of one toy package: what it takes, what it keeps, what it says.
# shellcheck disable=SC2154,SC2030,SC2031
bats_require_minimum_version 1.5.0
load sandbox.bash

setup() {
	sandbox
	store=$XDG_CACHE_HOME/migrate-device/src
}

# toy_archive VERSION: an archive that has this version of the package and no other
toy_archive() {
	local root=$BATS_TEST_TMPDIR/package
	mkdir -p "$root/DEBIAN" "$root/usr/src" "$BATS_TEST_TMPDIR/linux-source-9.1/mm" bin
	echo "version $1" >"$BATS_TEST_TMPDIR/linux-source-9.1/mm/migrate_device.c"
	tar -C "$BATS_TEST_TMPDIR" -cJf "$root/usr/src/linux-source-9.1.tar.xz" linux-source-9.1
	printf '%s\n' 'Package: linux-source-9.1' "Version: $1" 'Architecture: all' 'Maintainer: N <n@n>' 'Description: toy' \
		>"$root/DEBIAN/control"
	dpkg-deb --build "$root" "$BATS_TEST_TMPDIR/toy.deb" >/dev/null
	cat >bin/apt-get <<-EOF
		#!/bin/sh
		case "\$*" in
		*indextargets*) echo http://localhost/debian/ ;;
		*download*) cp "$BATS_TEST_TMPDIR/toy.deb" . && echo download >>"$BATS_TEST_TMPDIR/downloads" ;;
		esac
	EOF
	printf '#!/bin/sh\necho " linux-source-9.1 | %s | x"\n' "$1" >bin/apt-cache
	chmod +x bin/*
	PATH=$PWD/bin:$PATH
}

pin() { # VERSION SHA256
	sed -i "s/^version=.*/version=$1/; s/^sha256=.*/sha256=$2/" queue/9.1/base
}

@test "the pinned version becomes a repository of one commit, once" {
	toy_archive 9.1.0-1
	pin 9.1.0-1 "$(sha256sum "$BATS_TEST_TMPDIR/toy.deb" | cut -d' ' -f1)"
	lab/fetch
	repo=$(sed -n 's/^repo=//p' build/source/9.1)
	[ "$(git -C "$repo" rev-list --count refs/lab/source)" = 1 ]
	[ "$(git -C "$repo" show refs/lab/source:mm/migrate_device.c)" = 'version 9.1.0-1' ]
	lab/fetch
	rm -r build
	lab/fetch
	[ "$(wc -l <"$BATS_TEST_TMPDIR/downloads")" = 1 ]
}

@test "an unpacking that broke off is done again" {
	toy_archive 9.1.0-1
	pin 9.1.0-1 "$(sha256sum "$BATS_TEST_TMPDIR/toy.deb" | cut -d' ' -f1)"
	lab/fetch
	rm "$store"/*/.git/complete
	lab/fetch
	[ "$(wc -l <"$BATS_TEST_TMPDIR/downloads")" = 2 ]
	[ -f "$(sed -n 's/^repo=//p' build/source/9.1)/.git/complete" ]
}

@test "a version that has left the archive is replaced by the newest, loudly" {
	toy_archive 9.1.7-1
	pin 9.1.0-1 1234
	run -0 --separate-stderr lab/fetch
	[[ $stderr == *'linux-source-9.1 9.1.0-1 has left the archive.'*'Taking 9.1.7-1 instead'* ]]
	grep -qx version=9.1.7-1 build/source/9.1
	# And said again when it comes from the cache.
	run -0 --separate-stderr lab/fetch
	[[ $stderr == *'9.1.7-1 in place of 9.1.0-1, which has left the archive'* ]]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/downloads")" = 1 ]
}

@test "a package of another content than the recorded one is refused" {
	toy_archive 9.1.0-1
	pin 9.1.0-1 1234
	run -2 lab/fetch
	[[ $output == *'has the checksum'*'queue/9.1/base says 1234'* ]]
	[ -z "$(find "$store" -mindepth 1)" ]
}

@test "a package that is damaged inside is refused" {
	toy_archive 9.1.0-1
	dd if=/dev/zero of="$BATS_TEST_TMPDIR/toy.deb" bs=1 seek=400 count=200 conv=notrunc status=none
	pin 9.1.0-1 "$(sha256sum "$BATS_TEST_TMPDIR/toy.deb" | cut -d' ' -f1)"
	run -2 lab/fetch
	[[ $output == *'could not be unpacked'* ]]
	[ -z "$(find "$store" -mindepth 1)" ]
}
