# shellcheck shell=bash
# What every step shares: where things are, how to speak, how to fail. Sourced, never run.
# What a step prints on stdout is its result; everything said to a person goes to stderr.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034 # for those who source this
lab=$top/lab
build=$top/build
cache=${XDG_CACHE_HOME:-$HOME/.cache}/migrate-device
: "${TREE:=7.3}" "${ARCH:=x86_64}" "${VARIANT:=queue}" "${CONFIG:=slim}" "${KSRC:=}"
: "${KUNIT_PARSER:=$build/kunit}"
export TREE ARCH VARIANT CONFIG KSRC KUNIT_PARSER

# The user's git settings (diff algorithm, signing, hooks) must change neither patches nor commit ids.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null LC_ALL=C
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

# On a terminal what is said takes the place of a line of progress.
clear=''
if [[ -t 2 ]]; then clear=$'\r\033[K'; fi
say() { printf '%s%s\n' "$clear" "$*" >&2; }
die() { printf '%s%s: %s\n' "$clear" "$(basename "$0")" "$*" >&2; exit 2; }

# One line per step, with the time since the whole run began: step NAME MESSAGE...
step() {
	local name=$1 now
	shift
	printf -v now '%(%s)T' -1
	export LAB_SINCE=${LAB_SINCE:-$now}
	printf '%s[%3d:%02d] %-7s %s\n' "$clear" $(((now - LAB_SINCE) / 60)) $(((now - LAB_SINCE) % 60)) "$name" "$*" >&2
}

# progress FILE...: on a terminal, what is written to the last of these files that is not empty: since when, how many lines,
# the newest one. Until progress_end, or the end of this shell.
progress() {
	[[ -t 2 ]] || return 0
	local file of since=$SECONDS
	while kill -0 $$ 2>/dev/null && sleep 1; do
		for file; do
			if [[ -s $file ]]; then of=$file; fi
		done
		[[ -z ${of:-} ]] || printf '%s  %4d s %6d  %.60s' "$clear" $((SECONDS - since)) "$(wc -l <"$of")" \
			"$(tail -n 1 "$of" | tr -d '\r\033')"
	done >&2 &
	progress_pid=$!
}

progress_end() {
	[[ -n ${progress_pid:-} ]] || return 0
	kill "$progress_pid" 2>/dev/null || true
	progress_pid=''
	printf '%s' "$clear" >&2
}

# shellcheck source=lab/settings.sh
. "$lab/settings.sh"

# commas WORD...: those that are not empty, as a list to read
commas() { printf '%s\n' "$@" | sed '/^$/d' | paste -sd, | sed 's/,/, /g'; }

# added_tests TREE: the tests that its queue adds, of hmm-tests without their fixture and of KUnit, one a line
added_tests() {
	cat "$top/queue/$1"/[0-9]*/[0-9]*.patch |
		sed -nE 's/^\+TEST(_F|_F_TIMEOUT|_F_SIGNAL)?\((([a-z0-9_]+), *)?([a-z0-9_]+).*/\4/p
			s/^\+\tKUNIT_CASE(_PARAM)?\(([a-z0-9_]+).*/\2/p' | sort -u
}

# all_mutants TREE: their names, one a line
all_mutants() { find "$top/mutants/$1" -name '*.patch' -printf '%f\n' 2>/dev/null | sed 's/\.patch$//' | sort; }

# enough_mutants TREE: those that make each added test fail that no base fails, where a list says which, or else all
enough_mutants() {
	if [[ -f $top/mutants/$1/enough ]]; then
		grep -v '^#' "$top/mutants/$1/enough"
	else
		all_mutants "$1"
	fi
}

# image_name: the name by which one kernel goes under build/
image_name() { printf '%s-%s-%s-%s\n' "$TREE" "$ARCH" "${VARIANT//\//-}" "$CONFIG"; }

# value FILE KEY: the value of a "key=value" line
value() {
	local line
	line=$(grep -m1 "^$2=" "$1") || die "$1 has no line $2="
	printf '%s\n' "${line#*=}"
}

# lock NAME: hold the cache's lock of that name until this shell ends, and say so when somebody else has it
lock() {
	local fd
	mkdir -p "$cache/lock"
	exec {fd}>"$cache/lock/$1"
	flock -n "$fd" && return
	say "waiting: another run holds the lock '$1'"
	flock "$fd"
}

# alone: one run at a time in one checkout, until this shell ends: a second one would boot into the same files. What this
# run starts belongs to it.
alone() {
	local fd
	[[ ${LAB_ALONE:-} != "$build" ]] || return 0
	mkdir -p "$build"
	exec {fd}>"$build/.running"
	flock -n "$fd" || {
		say "$(basename "$0"): another run uses this checkout's build/, waiting for it to end"
		flock "$fd"
	}
	export LAB_ALONE=$build
}

# guest_programs FILE...: build these of what runs in the guest of ARCH, or "all" of it. Two runs may want it at the same time.
guest_programs() {
	(
		lock "guest-$ARCH"
		make --no-print-directory -s -C "$top/guest" ARCH="$ARCH" OUT="$build/guest/$ARCH" "$@" >&2
	)
}

# make_images VARIANT...: the commit and the image of each
make_images() {
	for VARIANT; do
		export VARIANT
		"$lab/tree"
		"$lab/image" >/dev/null
	done
}

# series: that of TREE's source package: linux-source-6.1 is 6.1, also for a tree that is called otherwise
series() {
	local package
	package=$(value "$top/queue/$TREE/base" package)
	printf '%s\n' "${package#linux-source-}"
}

# config_fragments NAME...: the configuration of TREE on ARCH, and of these names, with what they are in that tree alone, as
# far as there is any: a file a line
config_fragments() {
	local series name
	series=$(series)
	for name in base "$ARCH" "$series" "$series-$ARCH" "$@" "${@/#/$series-}"; do
		if [[ -f $top/config/$name.config ]]; then printf '%s\n' "$top/config/$name.config"; fi
	done
}

# need_space KIB DIR: a disk that fills up half way costs more than a look before
need_space() {
	local free
	mkdir -p "$2" || die "cannot make the directory $2"
	free=$(df -Pk "$2" | awk 'NR == 2 { print $4 }')
	((free >= $1)) || die "disk full: $2 has $((free / 1024)) MiB free, this step needs $(($1 / 1024)) MiB; free some, or set XDG_CACHE_HOME to a larger disk"
}

# scratch: a new directory beside its destination ($1), removed when the shell ends, so that nothing half-written stays
scratch() {
	mkdir -p "$1"
	scratch_dir=$(mktemp -d "$1/.tmp.XXXXXX")
	trap 'rm -rf "$scratch_dir"' EXIT
}
