/* lines of descriptor 0 into the journal */
#include "suppress/suppressimport.h"
#include "suppressdir.h"
#include "tap.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static const char hash[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
static struct suppressimport run;

/* the text as descriptor 0; what suppressimport() says */
static int
import(const char *text, size_t n)
{
	FILE *f = tmpfile();
	struct suppressline model =
	    suppressdir_line(SUPPRESSLINE_ADD, "acme", "*", "x@x", 7, 0);

	fwrite(text, 1, n, f);
	fflush(f);
	lseek(fileno(f), 0, SEEK_SET);
	dup2(fileno(f), 0);
	fclose(f);
	run =
	    (struct suppressimport){ .log = &suppressdir_log, .model = model };
	return suppressimport(&run);
}

static void
imports(const char *text, uint64_t taken, uint64_t wrong)
{
	is_num(import(text, strlen(text)), 0, text);
	is_num((long long)run.taken, (long long)taken, "taken");
	is_num((long long)run.wrong, (long long)wrong, "wrong");
}

/* the journal's last line */
static void
last(struct suppressline *l)
{
	char *p, *at;
	size_t n;

	if (fd_slurp(suppressdir_path("journal"), 1 << 24, &p, &n) == -1)
		abort();
	at = memrchr(p, '\n', n - 1);
	if (suppressline_read(l, at + 1, (size_t)(p + n - at) - 2) == -1)
		l->reason[0] = '?';
	free(p);
}

static void
limits(void)
{
	static char t[SUPPRESSLINE_MAX + 100];
	struct rlimit old, small;

	memset(t, '#', sizeof t);
	t[SUPPRESSLINE_MAX - 1] = '\n';
	is_num(import(t, SUPPRESSLINE_MAX), 0, "the longest line");
	is_num((long long)run.wrong, 0, "is good");
	t[SUPPRESSLINE_MAX - 1] = '#';
	t[SUPPRESSLINE_MAX] = '\n';
	is_num(import(t, SUPPRESSLINE_MAX + 1), 0, "a longer one");
	is_num((long long)run.wrong, 1, "is not");
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 100;
	setrlimit(RLIMIT_FSIZE, &small);
	is_num(suppressdir_add(SUPPRESSLINE_ADD, "a", "*", "b@c", 1, 0), -1,
	    "a full disk");
	setrlimit(RLIMIT_FSIZE, &old);
}

int
main(void)
{
	struct suppressline l;
	char t[400];

	signal(SIGXFSZ, SIG_IGN);
	suppressdir_make();
	imports("", 0, 0);
	imports("\n# no address\n", 0, 0);
	imports("joe@example.org\n", 1, 0);
	last(&l);
	ok(strcmp(l.to, "joe@example.org") == 0 && l.since_s == 7 &&
		strcmp(l.tenant, "acme") == 0,
	    "with what the model says");
	imports("Joe@Example.org \r\nnobody\nann@example.org\n", 2, 1);
	snprintf(t, sizeof t, "sha256:%s\n", hash);
	imports(t, 1, 0);
	last(&l);
	is_num(l.hash[31], 0xef, "a hash");
	imports("sha256:00\n", 0, 1);
	imports("act:remove\ttenant:t\tstream:s\tto:a@example.org\tsince:9\n",
	    1, 0);
	last(&l);
	ok(l.act == SUPPRESSLINE_REMOVE && l.since_s == 9 &&
		strcmp(l.tenant, "t") == 0 && strcmp(l.stream, "s") == 0,
	    "a whole line as it is");
	imports("act:add\ttenant:t\tstream:s\tto:a@example.org\n", 1, 0);
	last(&l);
	is_num(l.since_s, 7, "without a time: now");
	imports("act:nothing\ttenant:t\tto:a@example.org\n", 0, 1);
	limits();
	suppressdir_remove();
	return done();
}
