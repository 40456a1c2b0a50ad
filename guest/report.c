// SPDX-License-Identifier: GPL-2.0
/* What PID 1 says, where it says it, and how it ends the machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

struct port port_status = { .name = "lab.status", .fd = -1 };
struct port port_stdout = { .name = "lab.stdout", .fd = -1 };
struct port port_stderr = { .name = "lab.stderr", .fd = -1 };
struct port port_times = { .name = "lab.times", .fd = -1 };

bool stuck;

/* Milliseconds since the kernel started its clock. */
long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* One line to the kernel log, so that it stands among the kernel's own messages on the console. */
static void vsay(const char *fmt, va_list args)
{
	static int kmsg = -1;
	char line[512] = "<5>lab: ";
	int len = strlen(line);

	if (kmsg < 0)
		kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	len += vsnprintf(line + len, sizeof(line) - len - 1, fmt, args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	/* Before /dev is mounted there is only the console the kernel gave us; "<5>" means nothing there. */
	if (kmsg < 0 || write(kmsg, line, len) < 0)
		dprintf(STDERR_FILENO, "%.*s", len - 3, line + 3);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsay(fmt, args);
	va_end(args);
}

/* The host sees a machine that went away without "done", and this line on its console. */
void fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsay(fmt, args);
	va_end(args);
	if (getpid() != 1)
		_exit(1);
	power_off();
}

void port_write(struct port *port, const char *buf, unsigned long len)
{
	while (len) {
		ssize_t n = write(port->fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			fail("cannot write to port %s: %m", port->name);
		port->bytes += n;
		buf += n;
		len -= n;
	}
}

void record(const char *fmt, ...)
{
	char line[512];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line) - 1, fmt, args);
	va_end(args);
	if (len < 0 || len > (int)sizeof(line) - 2)
		fail("a status record is too long: %.40s...", line);
	line[len++] = '\n';
	/* One write: the host may be reading while we speak. */
	port_write(&port_status, line, len);
}

/* One key at a time: the kernel looks at the first of a write only. */
void sysrq(const char *keys)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	for (; fd >= 0 && *keys; keys++)
		if (write(fd, keys, 1) != 1)
			break;
	if (fd < 0 || *keys)
		say("sysrq: %m");
	if (fd >= 0)
		close(fd);
}

void power_off(void)
{
	/*
	 * A task that cannot be killed may hold what sync() and an orderly power-off wait for. This reboots at
	 * once, which under QEMU's -no-reboot ends the machine.
	 */
	if (stuck)
		sysrq("b");
	sync();
#ifdef __x86_64__
	/*
	 * Without ACPI there is nothing to switch the power off with, and the kernel would halt instead. QEMU
	 * runs with -no-reboot, so asking for a reboot ends it too.
	 */
	if (access("/sys/firmware/acpi", F_OK) < 0)
		reboot(RB_AUTOBOOT);
#endif
	reboot(RB_POWER_OFF);
	say("power-off failed: %m");
	for (;;)
		pause();
}
