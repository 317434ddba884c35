#include <sys/stat.h>
/* the table of failures of a program: the site's, the shipped one, another one
 * while it runs, and one that cannot be read */
#include "failure/failuretable.h"
#include "base/clock.h"
#include "cdbfile.h"
#include "says.h"
#include "tap.h"

static char dir[] = "/tmp/failuretable.XXXXXX";

static void
cdb(const char *text)
{
	cdbfile(dir, &conffile_classes, text);
}

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

/* the class of a failure that the site's line is about */
static const char *class(struct failuretable *t)
{
	static struct failure f;
	struct failure_facts facts = { .text = slice("user unknown") };

	failuretable_look(t, &facts, &f);
	return f.class;
}

/* until it is that, or for long enough */
static const char *
class_soon(struct failuretable *t, const char *want)
{
	const int64_t end = clock_mono_ms() + 5000;

	while (strcmp(class(t), want) != 0 && clock_mono_ms() < end)
		usleep(10000);
	return class(t);
}

static void
one(const void *confdir)
{
	struct failuretable t;

	failuretable_open(&t, confdir);
	dprintf(2, "%s ", class(&t));
	dprintf(2, "%s", class(&t));
}

static void
is_said(const char *confdir, const char *want, const char *name)
{
	int status;

	is_str(says(one, confdir, &status), want, name);
	is_num(status, 0, "it does not end");
}

/* the records of the shipped lines with another version */
static void
other_version(void)
{
	char path[64], t[1 << 20], *v;
	ssize_t n;
	int fd;

	cdb("");
	snprintf(path, sizeof path, "%s/classes.cdb", dir);
	fd = open(path, O_RDONLY);
	n = fd_read_all(fd, t, sizeof t);
	close(fd);
	v = memmem(t, (size_t)n, "=version", 8);
	v[8] = '0';
	cdbfile_bytes(dir, "classes", t, (size_t)n);
}

static void
running(void)
{
	struct failuretable t;
	struct slice v;

	/* of the damaged one */
	dup2(open("/dev/null", O_WRONLY), 2);
	cdb("policy text: user unknown\n");
	failuretable_open(&t, dir);
	is_str(class(&t), "policy", "the site's line");
	v = failuretable_version(&t);
	is_num(v.n, 1, "a version");
	cdb("blocked text: user unknown\n");
	is_str(class_soon(&t, "blocked"), "blocked", "another table");
	cdbfile_bytes(dir, "classes", "", 0);
	is_str(class_soon(&t, "unknown-user"), "unknown-user",
	    "one that is none: the shipped lines hold");
	cdb("content text: user unknown\n");
	is_str(class_soon(&t, "content"), "content", "and one that is good");
}

int
main(void)
{
	char want[300], path[64];
	struct slice v;
	struct failuretable t;

	mkdtemp(dir);
	snprintf(path, sizeof path, "%s/classes.cdb", dir);
	is_said(NULL, "unknown-user unknown-user", "no folder");
	is_said(dir, "unknown-user unknown-user", "no table");
	cdb("ours soft text: user unknown\n");
	is_said(dir, "ours ours", "a site's table");
	cdbfile_bytes(dir, "classes", "none", 4);
	snprintf(want, sizeof want,
	    "rohrpost: warning: %s is damaged: the shipped classes of failures hold\n"
	    "unknown-user unknown-user",
	    path);
	is_said(dir, want, "a damaged one is told of once");
	unlink(path);
	mkdir(path, 0700);
	snprintf(want, sizeof want,
	    "rohrpost: warning: unable to open %s: Invalid argument; the shipped "
	    "classes of failures hold\nunknown-user unknown-user",
	    path);
	is_said(dir, want, "one that cannot be opened");
	rmdir(path);
	other_version();
	failuretable_open(&t, NULL);
	v = failuretable_version(&t);
	snprintf(want, sizeof want,
	    "rohrpost: info: %s was made with version 0 of the shipped classes of "
	    "failures, and here is %.*s: conf-build makes it again\n"
	    "unknown-user unknown-user",
	    path, (int)v.n, v.p);
	is_said(dir, want, "one of another release");
	running();
	unlink(path);
	rmdir(dir);
	return done();
}
