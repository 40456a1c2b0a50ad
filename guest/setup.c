// SPDX-License-Identifier: GPL-2.0
/* Turns an initramfs with one program in it into a system that tests can run on. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "init.h"

#define PORTS_WAIT_MS		30000
#define KLOG_CONSOLE_LEVEL	8	/* klogctl(2): SYSLOG_ACTION_CONSOLE_LEVEL */
#define LOGLEVEL_ALL		8
#define DMIRROR_MINORS		4

static const struct {
	const char *type, *dir, *options;
	bool required;
} mounts[] = {
	{ "proc", "/proc", NULL, true },
	{ "sysfs", "/sys", NULL, true },
	{ "devtmpfs", "/dev", NULL, true },
	{ "tmpfs", "/tmp", "mode=1777", true },
	{ "tmpfs", "/dev/shm", "mode=1777", true },
	{ "devpts", "/dev/pts", "ptmxmode=0666", false },
	{ "debugfs", "/sys/kernel/debug", NULL, false },
	{ "tracefs", "/sys/kernel/tracing", NULL, false },
	{ "cgroup2", "/sys/fs/cgroup", NULL, false },
};

static void make_dir(const char *dir)
{
	/* In sysfs the directory is the kernel's to make: mount() then says what is missing. */
	if (mkdir(dir, 0755) < 0 && errno != EEXIST && strncmp(dir, "/sys/", 5))
		fail("mkdir %s: %m", dir);
}

void setup_kernel(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		make_dir(mounts[i].dir);
		if (!mount("none", mounts[i].dir, mounts[i].type, 0, mounts[i].options))
			continue;
		if (mounts[i].required)
			fail("mount %s: %m", mounts[i].dir);
		say("no %s on %s: %m", mounts[i].type, mounts[i].dir);
	}
	/* The judge reads the console: nothing the kernel says may be missing there. */
	if (klogctl(KLOG_CONSOLE_LEVEL, NULL, LOGLEVEL_ALL) < 0)
		fail("console log level: %m");
}

/* Older trees register the test driver's number but make no device nodes. */
void setup_dmirror(void)
{
	char line[128], name[64], path[32];
	unsigned int major, i;
	FILE *f = fopen("/proc/devices", "re");

	if (!f)
		fail("/proc/devices: %m");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%u %63s", &major, name) != 2 || strcmp(name, "HMM_DMIRROR"))
			continue;
		for (i = 0; i < DMIRROR_MINORS; i++) {
			snprintf(path, sizeof(path), "/dev/hmm_dmirror%u", i);
			if (mknod(path, S_IFCHR | 0600, makedev(major, i)) < 0 && errno != EEXIST)
				fail("mknod %s: %m", path);
		}
	}
	fclose(f);
}

/* Ports are found by the name that the host gave them: the numbers depend on the order of the devices. */
static void open_port(struct port *port)
{
	char name[32], path[64];
	glob_t names;
	size_t i, len;
	FILE *f;

	if (glob("/sys/class/virtio-ports/*/name", 0, NULL, &names))
		return;
	for (i = 0; i < names.gl_pathc && port->fd < 0; i++) {
		f = fopen(names.gl_pathv[i], "re");
		if (!f)
			continue;	/* the port went away, or is not all there yet: the caller asks again */
		name[0] = '\0';
		if (fgets(name, sizeof(name), f))
			name[strcspn(name, "\n")] = '\0';
		fclose(f);
		if (strcmp(name, port->name))
			continue;
		len = strlen("/sys/class/virtio-ports/");
		snprintf(path, sizeof(path), "/dev/%.*s",
			 (int)(strlen(names.gl_pathv[i]) - len - strlen("/name")), names.gl_pathv[i] + len);
		port->fd = open(path, O_WRONLY | O_CLOEXEC);
	}
	globfree(&names);
}

void setup_ports(void)
{
	struct port *ports[] = { &port_status, &port_stdout, &port_stderr, &port_times };
	long long deadline = now_ms() + PORTS_WAIT_MS;
	unsigned int i;

	/* The driver sets the ports up behind our back, as the host answers. */
	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		while (open_port(ports[i]), ports[i]->fd < 0) {
			if (now_ms() > deadline)
				fail("no virtio-serial port named %s", ports[i]->name);
			usleep(5000);
		}
	}
}

/* What every program finds in its environment; /env, when the host gave one, adds to it and overrides it. */
void setup_env(void)
{
	char line[4096], *eq;
	FILE *f;

	clearenv();
	setenv("PATH", "/tests:/prog", 1);
	setenv("HOME", "/tmp", 1);
	setenv("TMPDIR", "/tmp", 1);
	f = fopen("/env", "re");
	if (!f) {
		if (errno != ENOENT)
			fail("/env: %m");
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		eq = strchr(line, '=');
		if (!eq || eq == line)
			fail("/env: not KEY=VALUE: %s", line);
		*eq = '\0';
		setenv(line, eq + 1, 1);
	}
	fclose(f);
}

/*
 * LAB_KHUGEPAGED=off: khugepaged runs out of turn with what a test expects. It takes up to its next turn to see that pages
 * went to the device, and invalidates their range for nothing; the test driver then no longer knows what it has just mapped.
 * There is no switch for it alone, so its next turn never comes.
 */
void setup_khugepaged(void)
{
	static const struct {
		const char *file, *value;
	} settings[] = {
		{ "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_to_scan", "1" },
		{ "/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs", "4294967295" },
	};
	const char *wanted = getenv("LAB_KHUGEPAGED");
	unsigned int i;
	FILE *f;

	if (!wanted)
		return;
	if (strcmp(wanted, "off"))
		fail("LAB_KHUGEPAGED=%s: there is off", wanted);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		f = fopen(settings[i].file, "we");
		if (!f || fputs(settings[i].value, f) == EOF || fclose(f))
			fail("%s: %m", settings[i].file);
	}
}
