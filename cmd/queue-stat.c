/* queue-stat - what waits in a queue, counted */
#include "base/ascii.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include "base/out.h"
#include "base/random.h"
#include "format/ltsv.h"
#include "queue/queuewalk.h"
#include "queue/tally.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "queue-stat [-alst] [-b FIELD] [-n ROWS] [-w SECONDS] [-C CONFDIR] "
    "QUEUE [SELECTOR...]";

enum {
	STAT_FIELDS_MAX = 4, /* -b */
	STAT_ROWS = 20,      /* printed, without -n */
	STAT_SECONDS_MAX = 86400
};

enum field {
	BY_DOMAIN,
	BY_SITE,
	BY_PROVIDER,
	BY_TENANT,
	BY_FROM,
	BY_STATE,
	BY_FAILURE,
	BY_SUBJECT,
	BY_TAG, /* tag:NAME */
	FIELDS
};

static const char *const field_name[FIELDS] = { "domain", "site", "provider",
	"tenant", "from", "state", "failure", "subject", "tag" };

static struct selector_list selectors;
static struct queuewalk walk = { .sel = &selectors };
static struct tally tally;
static struct {
	enum field by;
	const char *tag; /* NULL: any */
	const char *word;
} field[STAT_FIELDS_MAX];
static unsigned n_fields;
static char columns_by = 'a'; /* age, state, tries: the option */
static const char *const *column_name = tally_age_name;
static unsigned n_columns = TALLY_AGES;
static uint64_t n_rows = STAT_ROWS, seconds;
static struct buf key, out;
static uint64_t messages, bytes;
static char last[NAME_LEN]; /* the message of the recipient before */
static int ltsv;

static struct selector_text
word(const char *s)
{
	struct selector_text t = { s, strlen(s) };

	return t;
}

static struct selector_text
line_value(const struct parcel_line *l)
{
	struct selector_text t = { l->value_len > 0 ? l->value : NULL,
		l->value_len };

	return t;
}

/* the first tag NAME=..., or the first one */
static struct selector_text
tag_value(const struct walkmessage *m, const char *name)
{
	struct selector_text t = { NULL, 0 };
	size_t n = name == NULL ? 0 : strlen(name);
	unsigned i;

	for (i = 0; i < m->n_tag; i++) {
		t = line_value(&m->tag[i]);
		if (name == NULL)
			return t;
		if (t.n > n && memcmp(t.p, name, n) == 0 && t.p[n] == '=') {
			t.p += n + 1;
			t.n -= n + 1;
			return t;
		}
	}
	t.p = NULL;
	return t;
}

static struct selector_text
value_of(const struct walkrcpt *l, unsigned i)
{
	switch (field[i].by) {
	case BY_DOMAIN: return l->domain;
	case BY_SITE: return l->at.site;
	case BY_PROVIDER: return l->at.provider;
	case BY_TENANT: return line_value(&l->m->tenant);
	case BY_FROM:
		return l->m->from.value_len == 0 ? word("<>")
						 : line_value(&l->m->from);
	case BY_STATE: return word(queuewalk_place_name[queuewalk_place(l)]);
	case BY_FAILURE: return queuewalk_failure(&walk, l);
	case BY_SUBJECT: return queuewalk_subject(l->m);
	default: return tag_value(l->m, field[i].tag);
	}
}

/* one value behind the other, a TAB between; domains and names in lower case */
static int
put_key(const struct walkrcpt *l)
{
	struct selector_text t;
	unsigned i;
	size_t k;
	int bad = 0;

	buf_clear(&key);
	for (i = 0; i < n_fields; i++) {
		t = value_of(l, i);
		if (t.p == NULL || t.n == 0)
			t = word("-");
		if (i > 0)
			bad |= buf_putc(&key, '\t');
		if (field[i].by > BY_TENANT)
			bad |= buf_put(&key, t.p, t.n);
		else
			for (k = 0; k < t.n; k++)
				bad |= buf_putc(&key, ascii_lower(t.p[k]));
	}
	return bad;
}

static unsigned
column_of(const struct walkrcpt *l)
{
	switch (columns_by) {
	case 's': return queuewalk_place(l);
	case 't': return tally_tries_column(l->r->tries);
	default: return tally_age_column(l->m->age_s);
	}
}

static void
each(void *arg, const struct walkrcpt *l)
{
	(void)arg;
	if (put_key(l) != 0 ||
	    tally_add(&tally, buf_data(&key), buf_len(&key), column_of(l)) ==
		-1)
		die(EXIT_TEMP, "out of memory");
	if (memcmp(last, l->m->id, NAME_LEN) == 0)
		return;
	memcpy(last, l->m->id, NAME_LEN);
	messages++;
	bytes += l->m->h.size;
}

/* the table */

static int
put_words(const struct tally_row *r, const char *name, size_t n)
{
	unsigned i;
	int k = buf_printf(&out, "%8llu", (unsigned long long)r->total);

	for (i = 0; i < n_columns; i++)
		k |= buf_printf(&out, " %*llu",
		    (int)strlen(column_name[i]) < 6
			? 6
			: (int)strlen(column_name[i]),
		    (unsigned long long)r->column[i]);
	k |= buf_putc(&out, ' ');
	for (; n > 0; n--, name++)
		k |= buf_putc(&out, *name == '\t' ? ' ' : *name);
	return k | buf_putc(&out, '\n');
}

/* a piece of a key for each field; values are escaped as LTSV has it */
static int
put_labels(const char *name, size_t n)
{
	const char *end = name + n, *e;
	unsigned i;
	int k = 0;

	for (i = 0; i < n_fields; i++, name = e + (e < end)) {
		e = memchr(name, '\t', end - name);
		if (e == NULL)
			e = end;
		k |= buf_printf(&out, "%s%s:%.*s", i > 0 ? "\t" : "",
		    field_name[field[i].by], (int)(e - name), name);
	}
	return k;
}

static int
put_ltsv(const struct tally_row *r, const char *name, size_t n)
{
	unsigned i;
	int k = name == NULL
	    ? ltsv_puts(&out, "row", r == &tally.sum ? "total" : "others")
	    : put_labels(name, n);

	k |= ltsv_putnum(&out, "recipients", r->total);
	if (r == &tally.sum) {
		k |= ltsv_putnum(&out, "messages", messages);
		k |= ltsv_putnum(&out, "bytes", bytes);
	}
	for (i = 0; i < n_columns; i++)
		k |= buf_printf(&out, "\t%s%s:%llu",
		    columns_by == 'a'       ? "age-"
			: columns_by == 't' ? "tries-"
					    : "",
		    column_name[i], (unsigned long long)r->column[i]);
	return k | ltsv_end(&out);
}

/* what: of the sum and the others, which have no name */
static void
put_row(const struct tally_row *r, const char *what)
{
	const char *name = what;
	size_t n;
	int k;

	if (what == NULL)
		name = tally_name(&tally, r, &n);
	else
		n = strlen(what);
	k = ltsv ? put_ltsv(r, what == NULL ? name : NULL, n)
		 : put_words(r, name, n);
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
}

static void
put_head(void)
{
	unsigned i;

	if (ltsv)
		return;
	buf_printf(&out, "%8s", "T");
	for (i = 0; i < n_columns; i++)
		buf_printf(&out, " %6s", column_name[i]);
	for (i = 0; i < n_fields; i++)
		buf_printf(&out, " %s", field[i].word);
	if (buf_putc(&out, '\n') == -1)
		die(EXIT_TEMP, "out of memory");
}

static void
put_foot(void)
{
	if (!ltsv &&
	    buf_printf(&out, "messages %llu, bytes %llu; %s%s\n",
		(unsigned long long)messages, (unsigned long long)bytes,
		walk.source, walk.hold ? "; everything is held" : "") == -1)
		die(EXIT_TEMP, "out of memory");
}

static void
put_table(void)
{
	uint32_t i;

	tally_sort(&tally);
	tally_cut(&tally, n_rows < UINT32_MAX ? (uint32_t)n_rows : UINT32_MAX);
	put_head();
	put_row(&tally.sum, "TOTAL");
	for (i = 0; i < tally.n; i++)
		put_row(&tally.row[i], NULL);
	if (tally.others.total > 0)
		put_row(&tally.others, "others");
	put_foot();
}

static void
one_table(void)
{
	tally_clear(&tally);
	messages = bytes = 0;
	memset(last, 0, sizeof last);
	queuewalk_run(&walk);
	if (seconds > 0 && !ltsv && isatty(1))
		out_bytes("\033[H\033[2J", 7);
	put_table();
	if (seconds > 0 && ltsv)
		buf_putc(&out, '\n');
	out_flush_plain(&out);
}

/* until the next table; 1: a `q'.  The end of input is none */
static int
wait_or_quit(void)
{
	static struct pollfd p = { .fd = 0, .events = POLLIN };
	char c;
	ssize_t n;
	int k = poll(&p, 1, (int)seconds * 1000);

	if (k == -1 && errno != EINTR)
		die(EXIT_TEMP, "unable to wait: %m");
	if (k <= 0)
		return 0;
	n = read(0, &c, 1);
	if (n <= 0)
		p.fd = -1;
	return n == 1 && c == 'q';
}

/* arguments */

static void
read_field(const char *s)
{
	size_t n = strcspn(s, ":");
	int by = ascii_which(field_name, FIELDS, s, n);

	if (by == -1 || (s[n] == ':' && by != BY_TAG) ||
	    (s[n] == ':' && s[n + 1] == '\0'))
		die(EXIT_PERM,
		    "%s: say domain, site, provider, tenant, tag:NAME, from, "
		    "state, failure or subject",
		    s);
	if (n_fields == STAT_FIELDS_MAX)
		die(EXIT_PERM, "%s: more than %d fields", s, STAT_FIELDS_MAX);
	field[n_fields].by = (enum field)by;
	field[n_fields].tag = s[n] == ':' ? s + n + 1 : NULL;
	field[n_fields++].word = s;
	walk.ask |= by == BY_SITE || by == BY_PROVIDER || by == BY_STATE ||
	    by == BY_FAILURE;
	walk.subjects |= by == BY_SUBJECT;
}

static void
set_columns(char by)
{
	columns_by = by;
	if (by == 's') {
		column_name = queuewalk_place_name;
		n_columns = QUEUEWALK_PLACES;
		walk.ask = 1;
	} else if (by == 't') {
		column_name = tally_tries_name;
		n_columns = TALLY_TRIES;
	}
}

static void
options(int argc, char **argv)
{
	int o;

	while ((o = getopt(argc, argv, "+alstb:n:w:C:")) != -1)
		switch (o) {
		case 'a': walk.all = 1; break;
		case 'b': read_field(optarg); break;
		case 'C': walk.conf = optarg; break;
		case 'l': ltsv = 1; break;
		case 'n':
			if (num_scans(optarg, 1, TALLY_ROWS_MAX, &n_rows) == -1)
				die_usage(usage);
			break;
		case 's':
		case 't': set_columns((char)o); break;
		case 'w':
			if (num_scans(optarg, 1, STAT_SECONDS_MAX, &seconds) ==
			    -1)
				die_usage(usage);
			break;
		default: die_usage(usage);
		}
	if (argc == optind)
		die_usage(usage);
	if (n_fields == 0)
		read_field("domain");
}

int
main(int argc, char **argv)
{
	const char *queue, *wrong;

	prog_init(argv);
	opterr = 0;
	options(argc, argv);
	queue = argv[optind];
	while (++optind < argc)
		if ((wrong = ask_word(&selectors, argv[optind],
			 &walk.only_ids)) != NULL)
			die(EXIT_PERM, "%s: %s", argv[optind], wrong);
	selector_sort(&selectors);
	if (selector_kinds(&selectors) & 1u << SELECTOR_STATE)
		walk.all = 1;
	if (random_bytes(&tally.names.seed, sizeof tally.names.seed) == -1)
		die(EXIT_TEMP, "no random bytes: %m");
	walk.each = each;
	queuewalk_open(&walk, queue);
	do
		one_table();
	while (seconds > 0 && !wait_or_quit());
	if (walk.damaged)
		return EXIT_PERM;
	return tally.sum.total == 0 && (selectors.n > 0 || walk.only_ids)
	    ? EXIT_NONE
	    : EXIT_OK;
}
