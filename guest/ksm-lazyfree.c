// SPDX-License-Identifier: GPL-2.0
/*
 * A bug that is not the device's (docs/findings.md): a page that nobody has freed is lost when KSM merges it with one that
 * was freed by MADV_FREE after it had been merged. Fills the memory, so give it little:
 *	make guest EXEC=build/guest/x86_64/ksm-lazyfree MEM=512M
 * Exit status: 0 when nothing was lost, 1 when something was, 2 when it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096UL
#define PAGES	64
#define KSM	"/sys/kernel/mm/ksm/"
#define WAIT_MS	20000

static void die(const char *what)
{
	fprintf(stderr, "ksm-lazyfree: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		die(file);
	close(fd);
}

static long get(const char *file)
{
	char text[32] = "";
	int fd = open(file, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die(file);
	close(fd);
	return atol(text);
}

static char *filled(void)
{
	char *mem = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (mem == MAP_FAILED)
		die("mmap");
	madvise(mem, PAGES * PAGE, MADV_NOHUGEPAGE);
	for (i = 0; i < PAGES; i++)
		memset(mem + i * PAGE, i + 1, PAGE);
	if (madvise(mem, PAGES * PAGE, MADV_MERGEABLE))
		die("MADV_MERGEABLE");
	return mem;
}

/* Until each page has another one that is merged with it. */
static void wait_merged(void)
{
	int ms;

	for (ms = 0; get(KSM "pages_sharing") < PAGES; ms += 100) {
		if (ms >= WAIT_MS) {
			errno = ETIMEDOUT;
			die("KSM has not merged all pages");
		}
		usleep(100000);
	}
}

/* A child takes all there is, until it is killed or has it. */
static void fill_memory(void)
{
	long i, pages = sysconf(_SC_PHYS_PAGES);
	char *mem = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	pid_t pid = fork();

	if (mem == MAP_FAILED || pid < 0)
		die("no memory to begin with");
	if (!pid) {
		set("/proc/self/oom_score_adj", "1000");
		for (i = 0; i < pages; i++)
			mem[i * PAGE] = 1;
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int main(void)
{
	char *freed, *other, *kept;
	int i, lost = 0;

	set(KSM "sleep_millisecs", "10");
	set(KSM "pages_to_scan", "1000");
	set(KSM "run", "1");
	freed = filled();
	other = filled();
	wait_merged();
	munmap(other, PAGES * PAGE);
	if (madvise(freed, PAGES * PAGE, MADV_FREE))
		die("MADV_FREE");
	/* What it counts falls when ksmd comes by, and rises when it has merged the new pages. */
	sleep(1);
	kept = filled();
	wait_merged();
	set(KSM "run", "0");
	fill_memory();
	for (i = 0; i < PAGES; i++)
		lost += kept[i * PAGE] != i + 1;
	printf("lost %d of %d pages that were never freed\n", lost, PAGES);
	return lost != 0;
}
