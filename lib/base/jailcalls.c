#include "base/jailcalls.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
enum { ARCH = AUDIT_ARCH_X86_64, OTHER_ABI = 0x40000000 };
#elif defined(__aarch64__)
enum { ARCH = AUDIT_ARCH_AARCH64, OTHER_ABI = 0 };
#else
enum { ARCH = 0, OTHER_ABI = 0 };
#endif

/* the newest call of Linux 6.1, the oldest kernel that we build for */
enum { NEWEST = 450 };

/* what calls are for; a list is a set of these */
enum {
	ALWAYS = 1 << 0, /* memory, time, descriptors that are there, the end */
	LOOP = 1 << 1,   /* the event loop */
	LOOK = 1 << 2,   /* files, to be read */
	WRITE = 1 << 3,  /* files, to be written, renamed and removed */
	CLIENT = 1 << 4, /* connections to others */
	PASS = 1 << 5,   /* descriptors through sockets */
	SERVER = 1 << 6, /* connections from others */
	CHILD = 1 << 7   /* how children ended that were started before */
};

static const unsigned lists[JAIL_LISTS] = {
	[JAIL_REMOTE_SEND] = ALWAYS | LOOP | LOOK | CLIENT | PASS,
	[JAIL_THROTTLE] = ALWAYS | LOOP | LOOK | WRITE | PASS | CHILD,
	[JAIL_THROTTLE_SHARED] =
	    ALWAYS | LOOP | LOOK | WRITE | PASS | CHILD | SERVER,
	[JAIL_THROTTLE_SHARE] =
	    ALWAYS | LOOP | LOOK | WRITE | PASS | CLIENT | SERVER,
	[JAIL_TLS_KEY] = ALWAYS | LOOP | LOOK,
	[JAIL_KEY_SIGN] = ALWAYS | LOOK,
	[JAIL_SOCK_HOLD] = ALWAYS | LOOP | WRITE | PASS | SERVER,
	[JAIL_UNSUB_HTTP] = ALWAYS | LOOP | LOOK | WRITE | PASS | SERVER,
	[JAIL_ACCEPT_LIMIT] = ALWAYS | LOOP | LOOK | WRITE | PASS | SERVER,
	[JAIL_SMTP_RECV] = ALWAYS | LOOP | LOOK | WRITE | PASS | SERVER,
};

static const struct {
	unsigned short call, use;
} calls[] = {
	/* the most frequent ones first: the filter is read from its start */
	{ SYS_read, ALWAYS },
	{ SYS_write, ALWAYS },
	{ SYS_epoll_ctl, LOOP },
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, LOOP },
	{ SYS_poll, ALWAYS },
#endif
	{ SYS_epoll_pwait, LOOP },
	{ SYS_close, ALWAYS },
	{ SYS_readv, ALWAYS },
	{ SYS_writev, ALWAYS },
	{ SYS_pread64, ALWAYS },
	{ SYS_sendto, PASS },
	{ SYS_recvfrom, PASS },
	{ SYS_sendmsg, PASS },
	{ SYS_recvmsg, PASS },
	{ SYS_accept4, SERVER },
	{ SYS_connect, CLIENT | SERVER },
	{ SYS_bind, CLIENT },
	{ SYS_getsockname, CLIENT | SERVER },
	{ SYS_getpeername, CLIENT | SERVER },
	{ SYS_getsockopt, CLIENT | SERVER },
	{ SYS_setsockopt, CLIENT | SERVER },
	{ SYS_shutdown, CLIENT | SERVER },
	{ SYS_lseek, ALWAYS },
	{ SYS_fstat, ALWAYS },
	{ SYS_newfstatat, ALWAYS },
	{ SYS_statx, ALWAYS },
	{ SYS_fcntl, ALWAYS },
	{ SYS_flock, LOOK },
	{ SYS_getdents64, LOOK },
	{ SYS_faccessat, LOOK },
	{ SYS_readlinkat, LOOK },
#ifdef SYS_stat
	{ SYS_stat, LOOK | WRITE },
	{ SYS_lstat, LOOK | WRITE },
	{ SYS_access, LOOK },
	{ SYS_readlink, LOOK },
	{ SYS_unlink, WRITE },
	{ SYS_rename, WRITE },
	{ SYS_pipe, ALWAYS },
	{ SYS_time, ALWAYS },
#endif
	{ SYS_unlinkat, WRITE },
	{ SYS_renameat, WRITE },
	{ SYS_renameat2, WRITE },
	{ SYS_fsync, WRITE },
	{ SYS_fdatasync, WRITE },
	{ SYS_ftruncate, WRITE },
	{ SYS_fchmod, WRITE },
	{ SYS_pwrite64, WRITE },
	{ SYS_munmap, ALWAYS },
	{ SYS_mremap, ALWAYS },
	{ SYS_madvise, ALWAYS },
	{ SYS_brk, ALWAYS },
	{ SYS_futex, ALWAYS },
	{ SYS_rt_sigaction, ALWAYS },
	{ SYS_rt_sigprocmask, ALWAYS },
	{ SYS_rt_sigreturn, ALWAYS },
	{ SYS_sigaltstack, ALWAYS },
	{ SYS_restart_syscall, ALWAYS },
	{ SYS_clock_gettime, ALWAYS },
	{ SYS_clock_nanosleep, ALWAYS },
	{ SYS_nanosleep, ALWAYS },
	{ SYS_gettimeofday, ALWAYS },
	{ SYS_getpid, ALWAYS },
	{ SYS_gettid, ALWAYS },
	{ SYS_getuid, ALWAYS },
	{ SYS_geteuid, ALWAYS },
	{ SYS_getrandom, ALWAYS },
	{ SYS_getrusage, ALWAYS },
	{ SYS_uname, ALWAYS },
	{ SYS_sysinfo, ALWAYS },
	{ SYS_dup, ALWAYS },
	{ SYS_dup3, ALWAYS },
	{ SYS_ppoll, ALWAYS },
	{ SYS_pipe2, ALWAYS },
	{ SYS_eventfd2, ALWAYS },
	{ SYS_epoll_create1, LOOP },
	{ SYS_timerfd_create, LOOP },
	{ SYS_timerfd_settime, LOOP },
	{ SYS_wait4, CHILD },
	{ SYS_waitid, CHILD },
	{ SYS_exit, ALWAYS },
	{ SYS_exit_group, ALWAYS },
};

struct filter {
	struct sock_filter *f;
	size_t n;
};

static void
put(struct filter *f, unsigned code, unsigned k, unsigned yes, unsigned no)
{
	if (f->n < JAILCALLS_ROOM)
		f->f[f->n] = (struct sock_filter){ (unsigned short)code,
			(unsigned char)yes, (unsigned char)no, k };
	f->n++;
}

static void
load(struct filter *f, size_t at)
{
	put(f, BPF_LD | BPF_W | BPF_ABS, (unsigned)at, 0, 0);
}

static void
end(struct filter *f, unsigned action)
{
	put(f, BPF_RET | BPF_K, action, 0, 0);
}

/* the next `skip` instructions are for this value alone */
static void
when(struct filter *f, unsigned value, unsigned skip)
{
	put(f, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}

/* the low half of an argument, which is all of an int */
static size_t
arg(unsigned i)
{
	size_t low =
	    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : sizeof(unsigned);

	return offsetof(struct seccomp_data, args) + 8 * (size_t)i + low;
}

/* a call whose argument, of which the bits of mask count, must be one of n */
static void
put_if(struct filter *f, unsigned call, unsigned i, unsigned mask,
    const unsigned *value, unsigned n)
{
	when(f, call, 3 + 2 * n);
	load(f, arg(i));
	put(f, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
	for (; n > 0; n--, value++) {
		when(f, *value, 1);
		end(f, SECCOMP_RET_ALLOW);
	}
	end(f, SECCOMP_RET_TRAP);
}

/* the flags are argument i */
static void
put_open(struct filter *f, unsigned call, unsigned i, unsigned uses)
{
	static const unsigned none[] = { 0 };
	unsigned writing = uses & WRITE ? 0 : O_ACCMODE | O_CREAT | O_TRUNC;

	put_if(f, call, i, writing, none, 1);
}

static void
put_arguments(struct filter *f, unsigned uses, unsigned pid)
{
	static const unsigned none[] = { 0 },
			      domains[] = { AF_INET, AF_INET6, AF_UNIX },
			      waiting[] = { FIONREAD };
	unsigned all = ~0u;

	put_if(f, SYS_mmap, 2, PROT_EXEC, none, 1);
	put_if(f, SYS_mprotect, 2, PROT_EXEC, none, 1);
	put_if(f, SYS_ioctl, 1, all, waiting, 1);
	/* abort() */
	put_if(f, SYS_tgkill, 0, all, &pid, 1);
	if (uses & CLIENT)
		put_if(f, SYS_socket, 0, all, domains, 3);
	else if (uses & SERVER) /* is a socket that was left served? */
		put_if(f, SYS_socket, 0, all, domains + 2, 1);
	put_open(f, SYS_openat, 2, uses);
#ifdef SYS_open /* musl */
	put_open(f, SYS_open, 1, uses);
#endif
}

size_t
jailcalls_filter(struct sock_filter p[JAILCALLS_ROOM], enum jail_list list,
    unsigned pid)
{
	struct filter f = { p, 0 };
	unsigned uses = lists[list];
	size_t i;

	if (ARCH == 0)
		return 0;
	load(&f, offsetof(struct seccomp_data, arch));
	put(&f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	end(&f, SECCOMP_RET_KILL_PROCESS);
	load(&f, offsetof(struct seccomp_data, nr));
	/* no call: strace has taken it, to answer in its place */
	when(&f, ~0u, 1);
	end(&f, SECCOMP_RET_ALLOW);
	if (OTHER_ABI != 0) {
		put(&f, BPF_JMP | BPF_JGE | BPF_K, OTHER_ABI, 0, 1);
		end(&f, SECCOMP_RET_KILL_PROCESS);
	}
	for (i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].use & uses) {
			when(&f, calls[i].call, 1);
			end(&f, SECCOMP_RET_ALLOW);
		}
	put_arguments(&f, uses, pid);
	put(&f, BPF_JMP | BPF_JGT | BPF_K, NEWEST, 0, 1);
	end(&f, SECCOMP_RET_ERRNO | ENOSYS);
	end(&f, SECCOMP_RET_TRAP);
	return f.n <= JAILCALLS_ROOM ? f.n : 0;
}
