#include "base/jailcalls.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* what the kernel would do: the few instructions that a filter has */
static unsigned
judge(const struct sock_filter *f, size_t n, const struct seccomp_data *d)
{
	unsigned a = 0;
	size_t i;

	for (i = 0; i < n; i++)
		switch (f[i].code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)d + f[i].k, sizeof a);
			break;
		case BPF_ALU | BPF_AND | BPF_K: a &= f[i].k; break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			i += a == f[i].k ? f[i].jt : f[i].jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			i += a >= f[i].k ? f[i].jt : f[i].jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			i += a > f[i].k ? f[i].jt : f[i].jf;
			break;
		case BPF_RET | BPF_K: return f[i].k;
		default: return 1;
		}
	return 2; /* it has run over the end */
}

#if defined(__x86_64__)
enum { ARCH = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64 };
#else
enum { ARCH = 0 };
#endif

enum {
	ALLOW = SECCOMP_RET_ALLOW,
	TRAP = SECCOMP_RET_TRAP,
	UNKNOWN = SECCOMP_RET_ERRNO | ENOSYS,
	SEND = 1 << JAIL_REMOTE_SEND,
	SHARE = 1 << JAIL_THROTTLE_SHARE,
	SHARED = 1 << JAIL_THROTTLE_SHARED | SHARE,
	THROTTLE = 1 << JAIL_THROTTLE | SHARED,
	KEYS = 1 << JAIL_TLS_KEY | 1 << JAIL_KEY_SIGN,
	HOLD = 1 << JAIL_SOCK_HOLD,
	RECV =
	    1 << JAIL_SMTP_RECV | 1 << JAIL_UNSUB_HTTP | 1 << JAIL_ACCEPT_LIMIT,
	ALL = SEND | THROTTLE | KEYS | HOLD | RECV
};

static const struct {
	const char *name;
	int call;
	unsigned arg, value; /* that argument, the others are 0 */
	unsigned allowed;    /* lists */
} cases[] = {
	{ "read", SYS_read, 0, 0, ALL },
	{ "exit_group", SYS_exit_group, 0, 0, ALL },
	{ "execve", SYS_execve, 0, 0, 0 },
	{ "clone", SYS_clone, 0, 0, 0 },
	{ "setuid", SYS_setuid, 0, 0, 0 },
	{ "chmod of a folder", SYS_fchmodat, 0, 0, 0 },
	{ "mount", SYS_mount, 0, 0, 0 },
	{ "bpf", SYS_bpf, 0, 0, 0 },
	{ "memory", SYS_mmap, 2, PROT_READ | PROT_WRITE, ALL },
	{ "code", SYS_mmap, 2, PROT_READ | PROT_EXEC, 0 },
	{ "code later", SYS_mprotect, 2, PROT_EXEC, 0 },
	{ "TCP", SYS_socket, 0, AF_INET, SEND | SHARE },
	{ "TCP over IPv6", SYS_socket, 0, AF_INET6, SEND | SHARE },
	{ "a Unix socket", SYS_socket, 0, AF_UNIX,
	    SEND | SHARED | HOLD | RECV },
	{ "netlink", SYS_socket, 0, AF_NETLINK, 0 },
	{ "connect", SYS_connect, 0, 0, SEND | SHARED | HOLD | RECV },
	{ "accept", SYS_accept4, 0, 0, SHARED | HOLD | RECV },
	{ "listen", SYS_listen, 0, 0, 0 },
	{ "a file to read", SYS_openat, 2, O_RDONLY | O_CLOEXEC, ALL },
	{ "one to write", SYS_openat, 2, O_WRONLY, THROTTLE | HOLD | RECV },
	{ "a new one", SYS_openat, 2, O_CREAT, THROTTLE | HOLD | RECV },
	{ "fsync", SYS_fsync, 0, 0, THROTTLE | HOLD | RECV },
	{ "who has ended", SYS_wait4, 0, 0, THROTTLE & ~SHARE },
	{ "abort", SYS_tgkill, 0, 7, ALL },
	{ "a signal to another", SYS_tgkill, 0, 8, 0 },
	{ "to all of its process", SYS_kill, 0, 8, 0 },
};

int
main(void)
{
	struct sock_filter f[JAILCALLS_ROOM];
	struct seccomp_data d;
	size_t n, i;
	int list;

	if (ARCH == 0) {
		is_num(jailcalls_filter(f, JAIL_TLS_KEY, 7), 0, "not known");
		return done();
	}
	for (list = 0; list < JAIL_LISTS; list++) {
		n = jailcalls_filter(f, list, 7);
		ok(n > 0 && n <= JAILCALLS_ROOM, "it has room");
		for (i = 0; i < sizeof cases / sizeof *cases; i++) {
			memset(&d, 0, sizeof d);
			d.arch = ARCH;
			d.nr = cases[i].call;
			d.args[cases[i].arg] = cases[i].value;
			is_num(judge(f, n, &d),
			    cases[i].allowed >> list & 1 ? ALLOW : TRAP,
			    cases[i].name);
		}
		memset(&d, 0, sizeof d);
		d.arch = ARCH;
		d.nr = 450;
		is_num(judge(f, n, &d), TRAP, "the newest that is known");
		d.nr = 451;
		is_num(judge(f, n, &d), UNKNOWN, "one that is newer");
		d.nr = -1;
		is_num(judge(f, n, &d), ALLOW, "none: strace answers");
		d.nr = SYS_read;
		d.arch = AUDIT_ARCH_I386;
		is_num(judge(f, n, &d), SECCOMP_RET_KILL_PROCESS,
		    "numbers of another processor");
	}
	return done();
}
