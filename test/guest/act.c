// SPDX-License-Identifier: GPL-2.0
/* What a program in the guest can do to its PID 1 and to the kernel, one verb each. */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		return 1;
	}
	return 0;
}

/* The bytes that "act binary" prints in a guest are those that it prints on the host. */
static int binary(long mib)
{
	uint32_t x = 1;
	long i;

	for (i = 0; i < mib * MIB / (long)sizeof(x); i++) {
		x = x * 1664525 + 1013904223;
		fwrite(&x, sizeof(x), 1, stdout);
	}
	return fflush(stdout);
}

/* A child in a session of its own that keeps stdout open for ever. */
static int orphan(void)
{
	if (!fork()) {
		setsid();
		for (;;)
			pause();
	}
	puts("parent");
	return 0;
}

static void __attribute__((noreturn)) hang(void)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	puts("hanging");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	int i;

	if (!strcmp(verb, "exit"))
		return atoi(argv[2]);
	if (!strcmp(verb, "args")) {
		for (i = 2; i < argc; i++)
			printf("[%s]\n", argv[i]);
		fprintf(stderr, "%d arguments\n", argc - 2);
		return 0;
	}
	if (!strcmp(verb, "env")) {
		puts(getenv(argv[2]));
		return 0;
	}
	if (!strcmp(verb, "binary"))
		return binary(atol(argv[2]));
	if (!strcmp(verb, "orphan"))
		return orphan();
	if (!strcmp(verb, "hang"))
		hang();
	if (!strcmp(verb, "segv"))
		return raise(SIGSEGV);
	if (!strcmp(verb, "reboot"))
		return reboot(RB_AUTOBOOT);
	if (!strcmp(verb, "write"))
		return write_to(argv[2], argv[3]);
	fprintf(stderr, "act: no verb '%s'\n", verb);
	return 2;
}
