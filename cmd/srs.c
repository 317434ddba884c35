/* srs - return paths of our own for forwarded mail, and what comes back */
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/plain.h"
#include "base/table.h"
#include "chain/link.h"
#include "conf/hostname.h"
#include "conf/local.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "fix/srs.h"
#include "fix/tokenkeys.h"
#include "format/job.h"
#include "mail/address.h"
#include <string.h>
#include <unistd.h>

static const char usage[] = "srs [-d days] [-l bytes] -k keyfile -C confdir "
			    "domain next ... | -n [-d days] [-l bytes] "
			    "-k keyfile domain address ...";

enum { SECONDS_A_DAY = 86400 };

static uint64_t days = SRS_DAYS_DEFAULT, most = SRS_LOCAL_LEN;
static struct slice domain; /* of our return paths */
static struct tokenkeys keys;
static struct table table;
static struct local_default by_default;
static struct lookup local = { tablelookup_get_open, &table };
static char me[HOSTNAME_MAX + 1];
static struct buf back, path, why;

static unsigned
today(void)
{
	return (unsigned)(clock_wall_s() / SECONDS_A_DAY);
}

/* an address cut at its last @; 0 when it is one of our domain */
static int
cut(struct slice address, struct slice *user, struct slice *host)
{
	const char *at =
	    address.n == 0 ? NULL : memrchr(address.p, '@', address.n);

	*user = address;
	*host = (struct slice){ "", 0 };
	if (at == NULL)
		return -1;
	user->n = (size_t)(at - address.p);
	host->p = at + 1;
	host->n = address.n - user->n - 1;
	return ascii_same(host->p, host->n, domain.p, domain.n) ? 0 : -1;
}

/* NULL: mail for this user of our domain goes on, and to whom stands in back,
 * if that is another one */
static const char *
take(struct slice user)
{
	int r;

	buf_clear(&back);
	r = srs_take(&back, &keys.keys, user, today(), (unsigned)days);
	needs(r);
	if (r == SRS_EXPIRED)
		return "this return path has expired";
	if (r == SRS_FORGED)
		return "this return path was not made here";
	if (r == SRS_NONE && !ascii_same(user.p, user.n, "postmaster", 10))
		return "no such user here";
	return NULL;
}

/* into path, which is empty, the one for a sender, unless he is ours, or nobody, or
 * stays as he is; -1: it is not known who is ours */
static int
make(struct slice sender)
{
	char lower[ADDRESS_DOMAIN_MAX + 1];
	struct slice user, host;
	int r;

	if (cut(sender, &user, &host) == 0 || host.n == 0 ||
	    host.n > ADDRESS_DOMAIN_MAX)
		return 0;
	ascii_lower_copy(lower, host.p, host.n);
	r = local_has(&local, lower, host.n);
	if (r != 0)
		return r == 1 ? 0 : -1;
	r = srs_make(&path, &keys.keys, sender, domain, today(), most);
	needs(r);
	return 0;
}

/* jobs */

static int
is(const struct ltsv_field *f, const char *label)
{
	return f->label_len == strlen(label) &&
	    memcmp(f->label, label, f->label_len) == 0;
}

static void
answer(struct link *l, const struct ltsv *job, const char *status,
    const char *esc, const char *class, const char *text)
{
	struct buf *b = &l->up.out;
	int r;

	if (job_explains(job) != NULL) {
		r = job_explained(b, job);
		r |= ltsv_puts(b, "would", status);
		r |= job_why(b, "why-srs", text, strlen(text));
	} else {
		r = job_answer(b, job, NULL);
		r |= ltsv_puts(b, "status", status);
	}
	r |= ltsv_puts(b, "code", esc[0] == '5' ? "550" : "450");
	r |= ltsv_puts(b, "esc", esc);
	r |= ltsv_puts(b, "class", class);
	r |= ltsv_puts(b, "text", text);
	r |= ltsv_end(b);
	needs(r);
	wire_dirty(&l->up);
}

/* to queue-why(8) */
static int
put_why(struct buf *b)
{
	int comes = buf_len(&back) > 0;
	const struct buf *what = comes ? &back : &path;

	buf_clear(&why);
	needs(buf_printf(&why, "%s %.*s\n",
	    comes ? "what comes back goes to"
		  : "where it is forwarded it is from",
	    (int)buf_len(what), buf_data(what)));
	return job_why(b, "why-srs", buf_data(&why), buf_len(&why));
}

/* a field of the job, or what stands in its place; a label srs that it came
 * with is nobody's */
static int
put_field(struct buf *b, const struct ltsv_field *f)
{
	int comes = buf_len(&back) > 0;

	if (is(f, "srs"))
		return 0;
	if (comes && is(f, "to"))
		return ltsv_put(b, "to", buf_data(&back), buf_len(&back));
	/* what comes back from somebody is forwarded now */
	if (comes && buf_len(&path) > 0 && is(f, "from"))
		return ltsv_put(b, "from", buf_data(&path), buf_len(&path));
	return ltsv_copy(b, f);
}

static void
pass(struct link *l, const struct ltsv *job)
{
	struct buf *b = &l->next[0].wire.out;
	const struct ltsv_field *f;
	size_t at = buf_len(b);
	int r = 0;

	for (f = job->f; f < job->f + job->n; f++)
		r |= put_field(b, f);
	if (buf_len(&back) == 0 && buf_len(&path) > 0)
		r |= ltsv_put(b, "srs", buf_data(&path), buf_len(&path));
	if (buf_len(&back) + buf_len(&path) > 0 && job_explains(job) != NULL)
		r |= put_why(b);
	r |= ltsv_end(b);
	needs(r);
	wire_dirty(&l->next[0].wire);
	if (buf_len(b) - at <= LTSV_LINE_MAX)
		return;
	b->end -= buf_len(b) - at;
	answer(l, job, "deferred", "4.3.5", "local",
	    "the job is too long with what srs adds");
}

/* its sender is not one of our people, and no report's */
static int
from_outside(const struct ltsv *job)
{
	const struct ltsv_field *f = ltsv_find(job, "origin");

	return (f == NULL || !ltsv_is(f, "inside")) && job->n < LTSV_FIELDS_MAX;
}

/* the return path for its sender, if he is to have one; 0, or -1 when answered */
static int
offer(struct link *l, const struct ltsv *job)
{
	static char from[LTSV_LINE_MAX];
	long n =
	    from_outside(job) ? ltsv_get(job, "from", from, sizeof from) : 0;

	buf_clear(&path);
	if (n <= 0 || make((struct slice){ from, (size_t)n }) == 0)
		return 0;
	answer(l, job, "deferred", "4.3.5", "local",
	    "table local is missing or damaged");
	return -1;
}

static size_t
request(struct link *l, const char *p, size_t n)
{
	static char to[LTSV_LINE_MAX];
	struct slice user, host;
	const char *fault;
	struct ltsv job;
	size_t len;
	long k;

	if (!link_job(p, n, &len, &job))
		return len;
	table_check(&table);
	tokenkeys_check(&keys);
	buf_clear(&back);
	k = ltsv_get(&job, "to", to, sizeof to);
	fault = k > 0 && cut((struct slice){ to, (size_t)k }, &user, &host) == 0
	    ? take(user)
	    : NULL;
	if (fault != NULL)
		answer(l, &job, "bounced", "5.1.1", "rcpt", fault);
	else if (offer(l, &job) == 0)
		pass(l, &job);
	return len;
}

static const struct link_ops ops = { .request = request };

/* for people */

static int
show(const char *s)
{
	struct slice address = { s, strlen(s) }, user, host;
	static struct buf b;
	const char *fault = NULL;
	int r;

	buf_clear(&back);
	if (cut(address, &user, &host) == 0) {
		fault = take(user);
	} else {
		r = srs_make(&back, &keys.keys, address, domain, today(), most);
		needs(r);
	}
	buf_clear(&b);
	needs(buf_printf(&b, "%s: ", s));
	if (fault != NULL)
		needs(buf_puts(&b, fault));
	else if (buf_len(&back) == 0)
		needs(buf_puts(&b, "stays"));
	else
		needs(buf_put(&b, buf_data(&back), buf_len(&back)));
	needs(buf_putc(&b, '\n'));
	out_flush_plain(&b);
	return fault == NULL;
}

static const char *
options(int argc, char **argv, int *people)
{
	const char *confdir = NULL, *keyfile = NULL;
	int c;

	while ((c = getopt(argc, argv, "+C:d:k:l:n")) != -1)
		switch (c) {
		case 'C': confdir = optarg; break;
		case 'd': days = opt_num(c, optarg, 1, SRS_DAYS_MAX); break;
		case 'k': keyfile = optarg; break;
		case 'l':
			most = opt_num(c, optarg, SRS_LOCAL_LEN, SRS_LOCAL_MAX);
			break;
		case 'n': *people = 1; break;
		default: die_usage(usage);
		}
	if (keyfile == NULL || argc - optind < 2 ||
	    *people != (confdir == NULL))
		die_usage(usage);
	domain = (struct slice){ argv[optind], strlen(argv[optind]) };
	if (!word_domain(domain.p, domain.n))
		die(EXIT_PERM, "%s: must be a domain", argv[optind]);
	tokenkeys_open(&keys, keyfile);
	return confdir;
}

int
main(int argc, char **argv)
{
	static struct link l;
	const char *confdir;
	int people = 0, good = 1;

	prog_init(argv);
	confdir = options(argc, argv, &people);
	if (people) {
		for (argv += optind + 1; *argv != NULL; argv++)
			good &= show(*argv);
		return good ? EXIT_OK : EXIT_PERM;
	}
	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	tableopen(&table, confdir, "local");
	local = local_by_default(&by_default, me, local);
	link_open(&l, &ops);
	link_next(&l, argv + optind + 1);
	return link_run(&l);
}
