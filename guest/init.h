/* SPDX-License-Identifier: GPL-2.0 */
/* PID 1 of the lab's virtual machine: what its parts share. */
#ifndef LAB_INIT_H
#define LAB_INIT_H

#include <stdbool.h>

/* A virtio-serial port to the host, and how much went through it. */
struct port {
	const char *name;
	int fd;
	unsigned long long bytes;
};

extern struct port port_status, port_stdout, port_stderr, port_times;
extern bool stuck;	/* something could not be killed */

struct job {
	char *name;
	long timeout_ms;
	char **argv;
};

/* setup.c */
void setup_kernel(void);
void setup_dmirror(void);
void setup_ports(void);
void setup_env(void);
void setup_khugepaged(void);

/* report.c */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void record(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void port_write(struct port *port, const char *buf, unsigned long len);
long long now_ms(void);
void sysrq(const char *keys);
void power_off(void) __attribute__((noreturn));

/* jobs.c */
int jobs_read(struct job **jobs);

/* run.c */
void run_prepare(void);
void run_job(int n, const struct job *job);

#endif
