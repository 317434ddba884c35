#include "base/exit.h"
#include "base/die.h"
#include "base/jail.h"
#include "tap.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* musl forks with all signals blocked: then it is killed without a word */
#ifdef __GLIBC__
enum { SILENT = 0 };
#else
enum { SILENT = 1 };
#endif

static char dir[] = "/tmp/rohrpost-jail.XXXXXX";
static char inside[64], outside[64], linked[64], elsewhere[64], circle[64];
static char said[300];

/* the exit status of a jailed child that does this, what it says in said;
 * -1: it was killed */
static int
child(const struct jail *j, int (*act)(void))
{
	int p[2], st;
	size_t n = 0;
	ssize_t r;
	pid_t pid;

	if (pipe(p) == -1)
		return -2;
	pid = fork();
	if (pid == 0) {
		dup2(p[1], 2);
		jail_enter(j);
		_exit(act());
	}
	close(p[1]);
	while (n < sizeof said - 1 &&
	    (r = read(p[0], said + n, sizeof said - 1 - n)) > 0)
		n += (size_t)r;
	said[n] = '\0';
	close(p[0]);
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static int
run_program(void)
{
	char *const argv[] = { "true", NULL };

	return execv("/bin/true", argv);
}
static int
fork_one(void)
{
	return fork() == 0 ? 0 : 1;
}
static int
trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}
static int
inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) == -1;
}
static int
packet(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) == -1;
}
static int
code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}
static int
turn_code(void)
{
	static char page[8192] __attribute__((aligned(4096)));

	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == -1;
}
static int
memory(void)
{
	char *p = malloc(1 << 22);

	if (p == NULL)
		return 1;
	memset(p, 1, 1 << 22);
	p = realloc(p, 1 << 23);
	free(p);
	return 0;
}
static int
kill_other(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}
static int
terminal(void)
{
	char c = 'x';

	return ioctl(0, TIOCSTI, &c);
}
static int
newest(void)
{
	return syscall(5000) == -1 && errno == ENOSYS ? 0 : 1;
}
static int
abort_it(void)
{
	abort();
}
/* 0: it is there; else errno */
static int
look(const char *path, int flags)
{
	return open(path, flags, 0600) == -1 ? errno : 0;
}
static int
read_inside(void)
{
	return look(inside, O_RDONLY);
}
static int
read_names(void)
{
	DIR *d = opendir(dir);

	return d == NULL ? errno : readdir(d) == NULL;
}
static int
read_outside(void)
{
	return look("/etc/passwd", O_RDONLY);
}
static int
read_linked(void)
{
	return look(linked, O_RDONLY);
}
static int
write_inside(void)
{
	return look(inside, O_WRONLY);
}
static int
write_outside(void)
{
	return look(outside, O_WRONLY | O_CREAT);
}
static int
remove_inside(void)
{
	return unlink(inside) == -1 ? errno : 0;
}
static int
remove_outside(void)
{
	return unlink(outside) == -1 ? errno : 0;
}
static int
reach(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };

	return connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, sizeof a) ==
		-1
	    ? errno
	    : 0;
}
static int
gained(void)
{
	char text[2000] = "";
	int fd = open("/proc/self/status", O_RDONLY);

	if (read(fd, text, sizeof text - 1) <= 0)
		return 1;
	return strstr(text, "NoNewPrivs:\t1") == NULL;
}

enum { ALL = (1 << JAIL_LISTS) - 1 };

static void
confined(void)
{
	static const char *const there[] = { dir, NULL };
	static const struct jail all[JAIL_LISTS] = {
		{ JAIL_REMOTE_SEND, there, NULL, NULL, NULL },
		{ JAIL_THROTTLE, NULL, there, NULL, NULL },
		{ JAIL_THROTTLE_SHARED, NULL, there, NULL, NULL },
		{ JAIL_THROTTLE_SHARE, NULL, there, NULL, NULL },
		{ JAIL_TLS_KEY, there, NULL, NULL, NULL },
		{ JAIL_KEY_SIGN, there, NULL, NULL, NULL },
		{ JAIL_SOCK_HOLD, NULL, NULL, NULL, NULL },
		{ JAIL_SMTP_RECV, there, NULL, NULL, NULL },
		{ JAIL_UNSUB_HTTP, there, NULL, NULL, NULL },
		{ JAIL_ACCEPT_LIMIT, NULL, there, NULL, NULL },
	};
	static const struct {
		const char *name;
		int (*act)(void);
		unsigned allowed; /* a bit for each list */
	} cases[] = {
		{ "another program", run_program, 0 },
		{ "a child", fork_one, 0 },
		{ "ptrace", trace, 0 },
		{ "a connection", inet,
		    1 << JAIL_REMOTE_SEND | 1 << JAIL_THROTTLE_SHARE },
		{ "a raw socket", packet, 0 },
		{ "code from memory", code, 0 },
		{ "memory to code", turn_code, 0 },
		{ "memory", memory, ALL },
		{ "a signal to another", kill_other, 0 },
		{ "the terminal", terminal, 0 },
		{ "a call of tomorrow", newest, ALL },
		{ "a look at a file", read_inside,
		    ALL & ~(1 << JAIL_SOCK_HOLD) },
	};
	static const struct jail names = { JAIL_SMTP_RECV, NULL, NULL, NULL,
		dir };
	static const struct jail links = { JAIL_TLS_KEY, there, NULL, dir,
		NULL };
	size_t i, k;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (k = 0; k < JAIL_LISTS; k++) {
			r = child(&all[k], cases[i].act);
			if (cases[i].allowed >> k & 1) {
				is_num(r, 0, cases[i].name);
				is_str(said, "", "nothing is said");
			} else if (cases[i].act == read_inside) {
				is_num(r, EACCES, "an empty root");
			} else if (cases[i].act == fork_one && SILENT) {
				is_num(r, -1, "a child");
			} else {
				is_num(r, EXIT_TEMP, cases[i].name);
				ok(strncmp(said, "jail: fatal: system call ",
				       25) == 0 &&
					strstr(said, " is not allowed here\n"),
				    said);
			}
		}
	is_num(child(&all[0], abort_it), -1, "abort() is one");
	/* files */
	is_num(child(&all[0], read_outside), EACCES, "outside nothing is read");
	is_num(child(&all[0], read_linked), EACCES, "nor what is a link");
	is_num(child(&links, read_linked), 0, "but where that is said");
	is_num(child(&links, read_outside), EACCES, "and that alone");
	is_num(child(&names, read_names), 0, "a folder's names alone are seen");
	is_num(child(&names, read_inside), EACCES, "and nothing of it is read");
	is_num(child(&all[JAIL_SOCK_HOLD], read_names), EACCES,
	    "which others may not");
	is_num(child(&all[0], write_inside), EXIT_TEMP,
	    "who reads alone does not open to write");
	is_num(child(&all[1], write_outside), EACCES, "nor is it written");
	is_num(child(&all[1], write_inside), 0, "who writes does");
	is_num(child(&all[1], remove_outside), EACCES, "nothing goes");
	is_num(child(&all[1], remove_inside), 0, "inside it does");
	is_num(child(&all[0], reach), ECONNREFUSED, "to a host");
}

static void
out_of_reach(void)
{
	static const char *const round[] = { circle, dir, NULL };
	static const struct jail lost = { JAIL_TLS_KEY, round, NULL, NULL,
		NULL };
	char warning[200];

	is_num(child(&lost, read_inside), 0, "what is behind a lost folder");
	snprintf(warning, sizeof warning,
	    "jail: warning: %s stays out of reach: %s\n", circle,
	    strerror(ELOOP));
	is_str(said, warning, "and that is told");
}

int
main(void)
{
	static const struct jail none = { JAIL_REMOTE_SEND, NULL, NULL, NULL,
		NULL };
	static const char *const root[] = { "/", "/none/such", NULL };
	static const struct jail plain = { JAIL_TLS_KEY, root, NULL, NULL,
		NULL };
	char path[JAIL_PATH];
	struct sock_filter f[JAILCALLS_ROOM];
	int i;
	char *p;

	prog_name = "jail";
	if (child(&none, run_program) != EXIT_TEMP) {
		printf("1..0 # skip built with sanitizers\n");
		return 0;
	}
	is_str(jail_folder("a/b", path), "a", "the folder of a file");
	is_str(jail_folder("a", path), ".", "of one here");
	is_str(jail_folder("/a", path), "/", "of one above all");
	is_str(jail_folder("/a/b/c", path), "/a/b", "of a longer one");
	for (i = 0; i < JAIL_LISTS; i++)
		ok(jailcalls_filter(f, i, 1) <= JAILCALLS_ROOM, "room");
	if (mkdtemp(dir) == NULL)
		return 1;
	p = stpcpy(stpcpy(inside, dir), "/inside");
	p = stpcpy(stpcpy(outside, dir), ".outside");
	p = stpcpy(stpcpy(linked, dir), "/linked");
	p = stpcpy(stpcpy(circle, dir), ".circle");
	p = stpcpy(stpcpy(elsewhere, dir), ".elsewhere");
	mkdir(elsewhere, 0700);
	p = stpcpy(p, "/file");
	close(open(elsewhere, O_WRONLY | O_CREAT, 0600));
	if (symlink(elsewhere, linked) == -1 || symlink(circle, circle) == -1)
		return 1;
	(void)p;
	close(open(inside, O_WRONLY | O_CREAT, 0600));
	close(open(outside, O_WRONLY | O_CREAT, 0600));
	is_num(child(&plain, gained), 0, "nothing is gained by what is run");
	out_of_reach();
	confined();
	setenv("ROHRPOST_NOJAIL", "", 1);
	is_num(child(&none, read_outside), 0, "ROHRPOST_NOJAIL");
	is_str(said, "jail: warning: not confined: ROHRPOST_NOJAIL is set\n",
	    "and it is said");
	unlink(inside);
	unlink(outside);
	unlink(linked);
	unlink(circle);
	unlink(elsewhere);
	*strrchr(elsewhere, '/') = '\0';
	rmdir(elsewhere);
	rmdir(dir);
	return done();
}
