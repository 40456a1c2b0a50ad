// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of the whole system, and how they change while the others run: swap, memory cgroups, huge pages of all
 * sizes, KSM, compaction. Only in a guest: nothing here is called with --no-device.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

#include "stress.h"

#define THP	"/sys/kernel/mm/transparent_hugepage/"
#define KSM	"/sys/kernel/mm/ksm/"
#define CGROUP	"/sys/fs/cgroup/"
#define SWAP	"/dev/vda"
#define SIZES	16U

static glob_t sizes;	/* of mTHP */

static int set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* What mkswap does, on a disk that is blank: no other is touched. */
static bool make_swap(void)
{
	static char header[PAGE];
	uint32_t info[2] = { 1 };	/* version, last page */
	int fd = open(SWAP, O_RDWR | O_EXCL | O_CLOEXEC);
	bool made = false;

	if (fd < 0)
		return false;
	if (pread(fd, header, PAGE, 0) == (ssize_t)PAGE && !header[0] && !memcmp(header, header + 1, PAGE - 1)) {
		info[1] = lseek(fd, 0, SEEK_END) / PAGE - 1;
		memcpy(header + 1024, info, sizeof(info));
		memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
		made = pwrite(fd, header, PAGE, 0) == (ssize_t)PAGE && !fsync(fd);
	}
	close(fd);
	return made && !swapon(SWAP, 0);
}

void system_detect(void)
{
	if (make_swap())
		has |= HAS_SWAP;
	if (!set(CGROUP "cgroup.subtree_control", "+memory"))
		has |= HAS_CGROUP;
	if (!access(KSM "run", W_OK) && !without("ksm"))
		has |= HAS_KSM;
	if (!access(THP "enabled", W_OK))
		has |= HAS_THP;
	if (!glob(THP "hugepages-*/enabled", 0, NULL, &sizes) && sizes.gl_pathc)
		has |= HAS_MTHP;
}

/* Quick enough for a test of minutes. */
void system_start(void)
{
	set(THP "khugepaged/scan_sleep_millisecs", "20");
	set(THP "khugepaged/alloc_sleep_millisecs", "20");
	set(THP "khugepaged/pages_to_scan", "4096");
	set(KSM "sleep_millisecs", "20");
	set(KSM "pages_to_scan", "1000");
	if (has & HAS_KSM)
		set(KSM "run", "1");
}

/* The calling process into a cgroup of its own. */
void system_cgroup(unsigned int number)
{
	char path[64];

	if (!(has & HAS_CGROUP))
		return;
	snprintf(path, sizeof(path), CGROUP "stress%u", number);
	if (mkdir(path, 0755) && errno != EEXIST)
		die("%s: %m", path);
	snprintf(path, sizeof(path), CGROUP "stress%u/cgroup.procs", number);
	if (set(path, "0"))
		die("%s: %m", path);
}

static void tune_cgroup(struct prng *rng)
{
	static const char *const max[] = { "max", "max", "48M", "32M", "24M" };
	static const char *const high[] = { "max", "max", "max", "28M" };
	unsigned int number = pick(rng, settings.processes);
	char path[64];

	snprintf(path, sizeof(path), CGROUP "stress%u/memory.max", number);
	set(path, max[pick(rng, 5)]);
	snprintf(path, sizeof(path), CGROUP "stress%u/memory.high", number);
	set(path, high[pick(rng, 4)]);
	snprintf(path, sizeof(path), CGROUP "stress%u/memory.reclaim", number);
	set(path, one_in(rng, 2) ? "4M" : "16M"); /* v5.19 and later */
}

/* One setting. Those that are not there, and values that a kernel does not know, are left alone. */
void system_tune(struct prng *rng)
{
	static const char *const enabled[] = { "always", "madvise", "never" };
	static const char *const size_enabled[] = { "always", "inherit", "madvise", "never" };
	static const char *const defrag[] = { "always", "defer", "defer+madvise", "madvise", "never" };
	static const char *const swappiness[] = { "0", "60", "100", "200" };
	static const char *const run[] = { "0", "1", "1", "1", "2" };
	unsigned int which = pick(rng, 12), a = pick(rng, 60), b = pick(rng, 1U << 20);

	switch (which) {
	case 0:
		set(THP "enabled", enabled[a % 3]);
		break;
	case 1:
		set(THP "defrag", defrag[a % 5]);
		break;
	case 2:
	case 3:
		if (has & HAS_MTHP)
			set(sizes.gl_pathv[b % sizes.gl_pathc], size_enabled[a % 4]);
		break;
	case 4:
		if (has & HAS_KSM)
			set(KSM "run", run[a % 5]);
		break;
	case 5:
		set("/proc/sys/vm/compact_memory", "1");
		break;
	case 6:
		set("/proc/sys/vm/swappiness", swappiness[a % 4]);
		break;
	case 7:
		/* All huge pages there are. */
		set("/sys/kernel/debug/split_huge_pages", "1");
		break;
	default:
		if (has & HAS_CGROUP)
			tune_cgroup(rng);
	}
}

uint64_t system_oom_kills(void)
{
	char line[128];
	unsigned long long n = 0;
	FILE *f = fopen("/proc/vmstat", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "oom_kill %llu", &n) == 1)
			break;
	if (f)
		fclose(f);
	return n;
}
