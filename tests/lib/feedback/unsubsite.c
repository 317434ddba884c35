/* requests to be unsubscribed: nobody hears 200 before his event is on disk;
 * whose mail it is, rates, what is told when a disk or table fails */
#include "feedback/unsubsite.h"
#include "base/clock.h"
#include "base/fd.h"
#include "memlookup.h"
#include "tap.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static char dir[] = "/tmp/unsubsite.XXXXXX", path[64], text[1 << 16];
static struct unsubsite site = { .days = 10 };
static struct buf token;
static int log_fd, stderr_fd;

/* what descriptor 2 got since the last call, without it in the TAP */
static const char *
logged(void)
{
	ssize_t n = pread(log_fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	ftruncate(log_fd, 0);
	lseek(log_fd, 0, SEEK_SET);
	return text;
}

static void
make_token(void)
{
	static const char key[] = "AAECAwQFBgcICQoLDA0ODw\n";
	unsigned today = (unsigned)(clock_wall_s() / 86400);
	struct token t;

	ok(token_keys_parse(&site.keys.keys, key, sizeof key - 1) == 0, "key");
	token_set(&t, TOKEN_UNSUBSCRIBE, today, "k3x9", "ann@far.test", 12,
	    "news", 4);
	buf_puts(&token, "/u/");
	token_unsubscribe(&token, &site.keys.keys, &t);
	buf_putc(&token, '\0');
}

/* a click at a host; the answer, 0 while it is held */
static unsigned
click(struct httpd_request *r, const char *host, const char *body)
{
	memset(r, 0, sizeof *r);
	r->method = "POST";
	r->path = buf_data(&token);
	r->argument = "";
	r->host = host;
	r->ip[IP_LEN - 1] = 1;
	buf_puts(&r->body, body);
	unsubsite_take(&site, r);
	return r->status;
}

#define YES "List-Unsubscribe=One-Click"

static void
held(void)
{
	struct httpd_request a, b;

	is_num(click(&a, "h.test", YES), 0, "nobody hears of it yet");
	is_num(click(&b, "", YES), 0, "nor another one");
	is_str(logged(), "", "nothing is logged");
	unsubsite_commit(&site);
	is_num(a.status, 200, "on disk: he hears of it");
	is_num(b.status, 200, "and so does the other");
	logged();
	ok(strstr(text, "\tto:ann@far.test\tby:one-click\tuuid:k3x9\t") != NULL,
	    "the event");
	ok(strstr(text, "\tlist:news\ttenant:t\tstream:l\tclient:") != NULL,
	    "whose it is: list and host");
	ok(strstr(text, "\ttenant:other\tstream:l\tclient:") != NULL,
	    "no host: what was said for those");
	unsubsite_commit(&site);
	is_str(logged(), "", "once");
	is_num(click(&a, "h.test", "x=y"), 400, "another form: at once");
	unsubsite_commit(&site);
	is_str(logged(), "", "is no event");
}

static void
damaged(struct memtable *t)
{
	struct httpd_request r;

	t->broken = 1;
	is_num(click(&r, "h.test", YES), 503, "a damaged table: not now");
	logged();
	ok(strstr(text, "table feedback: it is damaged") != NULL, "is told");
	is_num(click(&r, "h.test", YES), 503, "again");
	is_str(logged(), "", "is told once");
	t->broken = 0;
	is_num(click(&r, "h.test", YES), 0, "it is there again");
	unsubsite_commit(&site);
	is_num(r.status, 200, "and it goes on");
	logged();
}

static void
full(void)
{
	struct rlimit was, none = { 1, 1 };
	struct httpd_request r;

	getrlimit(RLIMIT_FSIZE, &was);
	none.rlim_max = was.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	is_num(click(&r, "h.test", YES), 0, "held");
	/* the log is a file, too: what is told would not be seen */
	setrlimit(RLIMIT_FSIZE, &none);
	unsubsite_commit(&site);
	setrlimit(RLIMIT_FSIZE, &was);
	is_num(r.status, 503, "a full disk: nothing was done");
	ok(strstr(logged(), "ev:unsubscribe") == NULL, "and nothing is logged");
	is_num(click(&r, "h.test", YES), 0, "held");
	unsubsite_commit(&site);
	is_num(r.status, 200, "there is room again");
	logged();
}

static void
often(void)
{
	struct httpd_request r;
	unsigned n;

	unsubsite_rate(&site, 12);
	for (n = 0; n < 50 && click(&r, "", "x=y") == 400; n++)
		;
	is_num(n, 12 / UNSUBSITE_BURST + 1, "a sixth of a minute's at once");
	is_num(r.status, 429, "then he waits");
}

int
main(void)
{
	static const char conf[] = "host h.test tenant=t stream=h\n"
				   "list news stream=l\n";
	struct memtable t;
	char clean[100];

	ok(mkdtemp(dir) != NULL, "a folder");
	snprintf(path, sizeof path, "%s/facts", dir);
	log_fd = memfd_create("log", MFD_CLOEXEC);
	stderr_fd = dup(2);
	dup2(log_fd, 2);
	ok(factlog_open(&site.facts, path, clock_mono_ms()) == 0, "facts");
	site.table = memtable_make(&t, &conffile_feedback, conf);
	site.tenant = "other";
	make_token();
	held();
	damaged(&t);
	full();
	often();
	dup2(stderr_fd, 2);
	snprintf(clean, sizeof clean, "rm -rf %s", dir);
	ok(system(clean) == 0, "cleaned up");
	return done();
}
