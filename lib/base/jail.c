#include "base/jail.h"
#include "base/die.h"
#include "base/exit.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

static void
refused(void)
{
	die(EXIT_TEMP, "unable to confine itself: %m");
}

/* files: Landlock */

enum {
	/* ABI from which on there is more than files */
	ABI_TCP = 4,
	ABI_SCOPE = 6,
	SCOPE_ABSTRACT = 1 << 0, /* LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET */
	TCP_BIND = 1 << 0,
	TCP_CONNECT = 1 << 1,
	/* what a rule about a file, and not a folder, may say: execute, write,
	 * read, truncate */
	OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14,
	READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR
};

/* how many rights to files each ABI knows; the newest that is known here ends
 * the table */
static const unsigned char n_rights[] = { 0, 13, 14, 15, 15, 16, 16 };

/* struct landlock_ruleset_attr as of ABI 6; older kernels want less of it */
struct rules {
	uint64_t files, tcp, scope;
};

static size_t
rules_size(long abi)
{
	return abi >= ABI_SCOPE ? 24 : abi >= ABI_TCP ? 16 : 8;
}

/* who may not open it here may not without a jail, and goes on */
static void
lost(const char *path)
{
	if (errno == EACCES || errno == ELOOP)
		warn("%s stays out of reach: %m", path);
	else if (errno != ENOENT && errno != ENOTDIR)
		refused();
}

static void
let(int set, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights };
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1) {
		lost(path);
		return;
	}
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_FILES;
	if (syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
		&rule, 0) == -1)
		refused();
	close(rule.parent_fd);
}

/* tables and the like that are links lead elsewhere, where they are renamed
 * as here: the folders in which those stand */
static void
let_links(int set, const char *path)
{
	char name[JAIL_PATH], real[PATH_MAX], folder[JAIL_PATH];
	char last[JAIL_PATH] = "";
	const char *f;
	DIR *d = opendir(path);
	struct dirent *e;
	struct stat st;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if ((e->d_type != DT_LNK && e->d_type != DT_UNKNOWN) ||
		    (size_t)snprintf(name, sizeof name, "%s/%s", path,
			e->d_name) >= sizeof name ||
		    realpath(name, real) == NULL || stat(real, &st) == -1 ||
		    !S_ISREG(st.st_mode) ||
		    strcmp(f = jail_folder(real, folder), last) == 0)
			continue;
		snprintf(last, sizeof last, "%s", f);
		let(set, f, READING);
	}
	if (d != NULL)
		closedir(d);
}

static void
lock_files(const struct jail *j)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	long newest = sizeof n_rights / sizeof *n_rights - 1;
	struct rules r = { .scope = SCOPE_ABSTRACT };
	const char *const *p;
	int set;

	if (abi < 1)
		return;
	r.files = (UINT64_C(1) << n_rights[abi < newest ? abi : newest]) - 1;
	if (j->list != JAIL_REMOTE_SEND && j->list != JAIL_THROTTLE_SHARE)
		r.tcp = TCP_BIND | TCP_CONNECT;
	set = (int)syscall(SYS_landlock_create_ruleset, &r, rules_size(abi), 0);
	if (set == -1)
		refused();
	for (p = j->read; p != NULL && *p != NULL; p++)
		let(set, *p, READING);
	if (j->linked != NULL)
		let_links(set, j->linked);
	if (j->names != NULL)
		let(set, j->names, LANDLOCK_ACCESS_FS_READ_DIR);
	for (p = j->write; p != NULL && *p != NULL; p++)
		let(set, *p, r.files & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
	if (syscall(SYS_landlock_restrict_self, set, 0) == -1)
		refused();
	close(set);
}

/* system calls: seccomp(2) */

static char words[100];

/* only what may be called in a handler */
static void
on_call(int sig, siginfo_t *i, void *context)
{
	char digits[12], line[sizeof words + 40], *p;
	char *d = digits + sizeof digits;
	unsigned n = (unsigned)i->si_syscall;

	(void)sig;
	(void)context;
	*--d = '\0';
	do
		*--d = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	p = stpcpy(stpcpy(line, words), d);
	p = stpcpy(p, " is not allowed here\n");
	if (write(2, line, (size_t)(p - line)) == -1)
		_exit(EXIT_TEMP);
	_exit(EXIT_TEMP);
}

static void
lock_calls(const struct jail *j)
{
	static struct sock_filter filter[JAILCALLS_ROOM];
	struct sigaction a = { .sa_flags = SA_SIGINFO };
	struct sock_fprog f = { .filter = filter };

	f.len = (unsigned short)jailcalls_filter(filter, j->list,
	    (unsigned)getpid());
	if (f.len == 0)
		return;
	snprintf(words, sizeof words, "%.60s: fatal: system call ", prog_name);
	a.sa_sigaction = on_call;
	if (sigaction(SIGSYS, &a, NULL) == -1)
		refused();
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &f) == -1 &&
	    errno != ENOSYS && errno != EINVAL)
		refused();
}

const char *
jail_folder(const char *path, char out[JAIL_PATH])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (n >= JAIL_PATH)
		return path;
	if (slash == path)
		return "/";
	if (n == 0)
		return ".";
	memcpy(out, path, n);
	out[n] = '\0';
	return out;
}

void
jail_enter(const struct jail *j)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		refused();
	if (WATCHED)
		return;
	if (getenv("ROHRPOST_NOJAIL") != NULL) {
		warn("not confined: ROHRPOST_NOJAIL is set");
		return;
	}
	lock_files(j);
	lock_calls(j);
}
