# shellcheck shell=bash
# Lines as guest/bench and the plugin print them, for the tests of what lab/bench makes of them.

shootdowns() { # VARIANT LAYOUT ORDER PAGES TABLES THREADS CHILDREN LEAST MOST RECEIVED
	printf 'variant=%s set=sizes layout=%s order=%s pages=%s tables=%s threads=%s children=%s moved=%s least=%s most=%s received=%s\n' \
		"${@:1:7}" "$4" "${@:8}"
}

phases() { # VARIANT PAGES ALL SETUP FLUSHES [ROUND BOOT]
	local phase
	printf 'round=%s boot=%s variant=%s set=phases cpu=max layout=exclusive order=0 pages=%s tables=1 moved=%s' "${6:-1}" "${7:-1}" "$1" "$2" "$2"
	for phase in "all $3" "setup $4" 'pages 200' 'finalize 100'; do
		# shellcheck disable=SC2086 # two words
		printf ' %s_calls=1 %s_insns=%s %s_flushes=%s %s_waits=0' ${phase% *} $phase ${phase% *} "$5" ${phase% *}
	done
	printf '\n'
}

times() { # VARIANT BOOT TO_DEVICE BACK STALL
	printf 'variant=%s boot=%s kind=work threads=1 pages=64 to_device_ns=%s back_ns=%s passes=1000 stall_ns=%s quiet_ns=2000000 quiet_passes=4000 quiet_stall_ns=5\n' "$@"
}
