/* a domain gets a new key, a step at a time; the DNS says what it is told */
#include "base/die.h"
#include "base/fd.h"
#include "dns/dnsrun.h"
#include "dnszone.h"
#include "sign/keycache.h"
#include "sign/keycheck.h"
#include "sign/keyrotate.h"
#include "tap.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DAY = 86400, MADE = 1800000000, OLD = MADE + 180 * DAY };

#define LINES \
	"a.example domain=a.example selector=%s key=a.example/%s.pem " \
	"algorithm=ed25519-sha256\n" \
	"b.example domain=b.example selector=one key=b.example/one.pem " \
	"algorithm=ed25519-sha256\n"

static char dir[] = "/tmp/rohrpost-keyrotate.XXXXXX", zone[2000];
static struct resolve dns;
static struct keyrotate k = { .dns = &dns,
	.confdir = "conf",
	.keydir = "keys",
	.domain = "a.example",
	.algorithm = SIGNING_ED25519_SHA256,
	.gid = (gid_t)-1,
	.wait_ms = 1000,
	.age_s = 180 * DAY,
	.overlap_s = 7 * DAY };

/* instead of dns/dnsrun */

void
dnsrun_now(struct resolve *d, const struct dnsrun_machine *ops, void *machine,
    int64_t deadline_ms)
{
	static struct dnszone_answer z;
	struct dnsq q;

	if (d != &dns || deadline_ms != k.wait_ms)
		abort();
	while (ops->want(machine, &q))
		ops->answer(machine, dnszone_ask(zone, &q, &z));
}

/* the DNS has the record of that key under this selector */
static void
publish(const char *selector, const char *of)
{
	struct privkey *key;
	struct buf b = { 0 };
	const char *why;
	char path[100];
	int temporary;

	snprintf(path, sizeof path, "keys/a.example/%s.pem", of);
	key = keycache_read(AT_FDCWD, path, &why, &temporary);
	if (key == NULL || keycheck_record(&b, key) == -1)
		exit(111);
	snprintf(zone, sizeof zone, "%s._domainkey.a.example TXT %.*s\n",
	    selector, (int)buf_len(&b), buf_data(&b));
	privkey_free(key);
	buf_free(&b);
}

/* files */

/* the last two are there at a time */
static const char *
content(const char *path)
{
	static char *texts[2];
	static unsigned at;
	char **text = &texts[at++ % 2];
	size_t n;

	free(*text);
	*text = NULL;
	return fd_slurp(path, 10000, text, &n) == 0 ? *text : "none";
}

static void
write_file(const char *path, mode_t mode, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	if (fd == -1 || fd_write_all(fd, text, strlen(text)) == -1)
		exit(111);
	close(fd);
}

/* when the key was made */
static void
age(const char *path, time_t made)
{
	struct timespec t[2] = { { made, 0 }, { made, 0 } };

	utimensat(AT_FDCWD, path, t, 0);
}

/* a step at this time, in a process of its own: what it said, or "" */
static const char *
step(int64_t now, int status)
{
	static char said[2000];
	struct buf out = { 0 };
	int p[2], st;
	ssize_t n;
	pid_t pid;

	fflush(stdout);
	if (fd_pipe(p) == -1)
		exit(111);
	pid = fork();
	if (pid == 0) {
		dup2(p[1], 2);
		k.now = now;
		keyrotate(&k, &out);
		fd_write_all(p[1], buf_data(&out), buf_len(&out));
		_exit(0);
	}
	close(p[1]);
	n = fd_read_all(p[0], said, sizeof said - 1);
	said[n < 0 ? 0 : n] = '\0';
	close(p[0]);
	waitpid(pid, &st, 0);
	is_num(WIFEXITED(st) ? WEXITSTATUS(st) : -1, status, "exit status");
	return said;
}

static int
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* the lines of dkim name this key, and those of others are as they were */
static void
signs(const char *selector)
{
	char want[400];

	snprintf(want, sizeof want, LINES, selector, selector);
	is_str(content("conf/dkim"), want, "the key that signs");
}

#define NEW "e20270714"
#define STATE "keys/a.example/rotate-ed25519-sha256"

/* nothing is changed as long as the DNS has another record, or none */
static void
publishing(void)
{
	ok(begins(step(OLD - 1, 0), "idle\tone\tnext key in 1 days"),
	    "a second too young");
	ok(begins(step(OLD, 0), "publish\t" NEW "\tmissing: "), "old enough");
	is_str(content(STATE),
	    "publish one " NEW " 1815552000 a.example/one.pem\n",
	    "what is written down");
	is_num(access("keys/a.example/" NEW ".pem", R_OK), 0, "a new key");
	ok(begins(step(OLD, 0), "publish\t" NEW "\tmissing: "), "still");
	snprintf(zone, sizeof zone, NEW "._domainkey.a.example FAIL\n");
	ok(begins(step(OLD, 0), "publish\t" NEW "\ttemperror: "),
	    "no answer of the DNS");
	publish(NEW, "one");
	ok(begins(step(OLD, 0), "publish\t" NEW "\tdifferent: "),
	    "the record of another key");
	signs("one");
}

static void
switching(void)
{
	publish(NEW, NEW);
	write_file("bin/conf-build", 0755, "#!/bin/sh\nexit 111\n");
	ok(strstr(step(OLD, 111), "fatal: conf-build has failed") != NULL,
	    "the table cannot be made");
	is_num(begins(content(STATE), "publish "), 1, "it is to be done again");
	write_file("bin/conf-build", 0755, "#!/bin/sh\necho \"$@\" >built\n");
	is_str(step(OLD + DAY, 0), "switched\t" NEW "\tfrom one\n",
	    "published: it signs from now on");
	is_str(content("built"), "conf dkim\n", "a new table");
	is_num(begins(content(STATE), "overlap one " NEW " 1815638400 "), 1,
	    "what is written down");
	signs(NEW);
}

static void
overlapping(void)
{
	is_str(step(OLD + 8 * DAY - 1, 0),
	    "overlap\t" NEW "\tone is revoked in 1 days\n",
	    "who has mail of the old one may still check it");
	is_num(access("keys/a.example/one.pem", R_OK), 0, "it is there");
	write_file("keep", 0600, content(STATE));
	write_file(STATE, 0600,
	    "overlap one " NEW " 9815638400 a.example/one.pem\n");
	is_str(step(OLD + DAY, 0),
	    "overlap\t" NEW "\tone is revoked in 7 days\n",
	    "it began by a clock that was ahead");
	is_str(content(STATE), content("keep"), "which is put right");
	write_file("lines", 0644, content("conf/dkim"));
	write_file("conf/dkim", 0644,
	    "a.example domain=a.example selector=one key=x.pem "
	    "algorithm=ed25519-sha256\n");
	ok(strstr(step(OLD + 8 * DAY, 111), "with selector one again") != NULL,
	    "a line that signs with it: not yet");
	write_file("keep", 0600, content(STATE));
	write_file("conf/dkim", 0644,
	    "b.example domain=b.example selector=b key=a.example/one.pem "
	    "algorithm=ed25519-sha256\n");
	ok(begins(step(OLD + 8 * DAY, 0),
	       "revoke\tone\ta.example/one.pem stays, "),
	    "another domain signs with the same file");
	is_num(access("keys/a.example/one.pem", R_OK), 0, "which it still has");
	write_file(STATE, 0600, content("keep"));
	write_file("conf/dkim", 0644, content("lines"));
	ok(begins(step(OLD + 8 * DAY, 0),
	       "revoke\tone\ta.example/one.pem is no longer used\n"),
	    "time to revoke it");
	is_num(access("keys/a.example/one.retired", R_OK), 0, "kept aside");
	is_str(content(STATE), "none", "and the state is gone");
	age("keys/a.example/" NEW ".pem", OLD);
	ok(begins(step(OLD + 8 * DAY, 0), "idle\t" NEW "\t"),
	    "the next one is far away");
}

/* names that are taken, and retired, are not taken again */
static void
names(void)
{
	k.age_s = 0;
	ok(begins(step(OLD, 0), "publish\t" NEW "a\t"), "the same day");
	unlink(STATE);
	rename("keys/a.example/" NEW "a.pem",
	    "keys/a.example/" NEW "a.retired");
	ok(begins(step(OLD, 0), "publish\t" NEW "b\t"), "and once more");
	unlink(STATE);
	k.age_s = 180 * DAY;
}

static void
trouble(void)
{
	static const char *const bad[] = { "", "garbage\n", "publish a b\n",
		"idle a b 5 c\n", "publish a b x c\n", "publish a b 5 ../c\n" };
	size_t i;

	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		write_file(STATE, 0600, bad[i]);
		ok(strstr(step(OLD, 111), STATE " is damaged") != NULL, bad[i]);
	}
	unlink(STATE);
	k.domain = "none.example";
	ok(strstr(step(OLD, 100), "has no line for none.example") != NULL,
	    "a domain without lines");
	k.domain = "a.example";
	unlink("conf/dkim");
	ok(strstr(step(OLD, 111), "unable to read conf/dkim") != NULL,
	    "no lines at all");
}

int
main(void)
{
	static char *args[] = { "keyrotate", NULL };
	char lines[400], path[4096];

	prog_init(args);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1 ||
	    mkdir("conf", 0755) == -1 || mkdir("keys", 0700) == -1 ||
	    mkdir("bin", 0755) == -1)
		return 111;
	snprintf(path, sizeof path, "%s/bin:%s", dir, getenv("PATH"));
	setenv("PATH", path, 1);
	snprintf(lines, sizeof lines, LINES, "one", "one");
	write_file("conf/dkim", 0644, lines);
	privkey_free(keyrotate_make("keys", "a.example", "one", PRIVKEY_ED25519,
	    0, (gid_t)-1));
	age("keys/a.example/one.pem", MADE);
	publishing();
	switching();
	overlapping();
	names();
	trouble();
	fflush(stdout);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return done();
}
