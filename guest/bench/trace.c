// SPDX-License-Identifier: GPL-2.0
/* Counts TLB shootdowns by the tracepoint tlb:tlb_flush, in a trace instance of its own. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"

#define DIR_OF_ALL	"/sys/kernel/tracing/instances"
#define EVENT_BYTES	32UL	/* one in the ring buffer; it is 28 */
#define SPARE_KB	256UL

static char dir[64];
static int on = -1;

static int open_file(const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m (no tracepoint tlb:tlb_flush: only x86 has it)", path);
	return fd;
}

static void set(const char *name, const char *value)
{
	int fd = open_file(name, O_WRONLY | O_TRUNC);

	if (write(fd, value, strlen(value)) < 0)
		die("%s/%s: %m", dir, name);
	close(fd);
}

static void switch_to(const char *value)
{
	if (write(on, value, 1) != 1)
		die("%s/tracing_on: %m", dir);
}

/* From here on, until trace_end(), with room for that many events on each CPU. */
void trace_begin(unsigned long events)
{
	char kb[24];

	snprintf(dir, sizeof(dir), DIR_OF_ALL "/bench-%d", getpid());
	if (mkdir(dir, 0700))
		die("%s: %m", dir);
	on = open_file("tracing_on", O_WRONLY);
	switch_to("0");
	snprintf(kb, sizeof(kb), "%lu", events * EVENT_BYTES / 1024 + SPARE_KB);
	set("buffer_size_kb", kb);
	set("events/tlb/tlb_flush/enable", "1");
	switch_to("1");
}

/* The task of a line "     name-123     [000] ....." of the trace, 0 for a comment. */
static pid_t task_of(char *line)
{
	char *bracket = strstr(line, " ["), *p;

	if (line[0] == '#' || !bracket)
		return 0;
	for (p = bracket; p > line && p[-1] == ' '; p--)
		;
	while (p > line && p[-1] >= '0' && p[-1] <= '9')
		p--;
	return atoi(p);
}

void trace_end(struct shootdowns *count)
{
	unsigned long in_buffer, written;
	bool whole = false;
	char line[256];
	pid_t task, self = getpid();
	FILE *f;

	switch_to("0");
	memset(count, 0, sizeof(*count));
	f = fdopen(open_file("trace", O_RDONLY), "r");
	if (!f)
		die("%s/trace: %m", dir);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "# entries-in-buffer/entries-written: %lu/%lu", &in_buffer, &written) == 2)
			whole = in_buffer == written;
		task = task_of(line);
		/* "remote ipi send" in v7, "remote IPI send" before. */
		if (task == self && strcasestr(line, "remote ipi send"))
			count->sent++;
		/* By whatever task the interrupt hits: that may be a worker of the kernel's, on a page table that it has borrowed. */
		if (task && task != self && strstr(line, "remote shootdown"))
			count->received++;
	}
	fclose(f);
	close(on);
	if (!whole)
		die("the trace buffer was too small");
	if (rmdir(dir))
		die("%s: %m", dir);
}
