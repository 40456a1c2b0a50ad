// SPDX-License-Identifier: GPL-2.0
/*
 * PID 1 of the lab's virtual machine: makes a usable system out of an initramfs, runs the programs that
 * /jobs lists one after another, reports each on a channel of its own, and powers off.
 *
 * Records, one a line, on the virtio-serial port "lab.status":
 *	boot uptime_ms=<n>
 *	start n=<i> name=<name>
 *	exit n=<i> name=<name> status=<exit code or -1> signal=<number or 0> timeout=<0|1> ms=<duration>
 *	     stdout=<offset>+<length> stderr=<offset>+<length> [killed=0]
 *	done
 * The programs' output goes to "lab.stdout" and "lab.stderr", byte for byte, and to "lab.times" a line
 * "<bytes of stdout so far> <ms since boot>" whenever some came. The kernel log gets a line at
 * each start and end too, so that a splat on the console can be put down to a program.
 */
#include <unistd.h>

#include "init.h"

int main(void)
{
	struct job *jobs;
	int i, n;

	if (getpid() != 1)
		fail("this is the virtual machine's init, not a command");

	setup_kernel();
	setup_ports();
	record("boot uptime_ms=%lld", now_ms());

	setup_dmirror();
	setup_env();
	setup_khugepaged();
	run_prepare();
	n = jobs_read(&jobs);
	for (i = 0; i < n; i++)
		run_job(i + 1, &jobs[i]);

	record("done");
	power_off();
}
