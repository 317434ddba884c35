/* milter-run - other programs' filters, by the milter protocol */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "chain/event.h"
#include "conf/hostname.h"
#include "format/envlines.h"
#include "milter/milterchange.h"
#include "milter/milterenv.h"
#include "milter/milterpool.h"
#include "stage/aloneenv.h"
#include "stage/stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "milter-run [-ov] [-C CONFDIR] [-d NAME] [-E LINE] ... [-e ACTION] "
    "[-H TIME] [-n CONNECTIONS] [-T SECONDS] [-t SECONDS] "
    "address[,option=value] ... [-- next...]";

enum {
	MILTERRUN_MILTERS_MAX = 16,
	MILTERRUN_HOLD_DEFAULT_S = 259200,
	MILTERRUN_HOLD_MAX_S = 31536000
};

/* what a milter said of a message */
struct verdict {
	const char *word; /* NULL: it was not asked */
	int64_t took_ms;
	unsigned done, undone;
	char text[MILTERREPLY_TEXT];
};

struct job {
	struct miltertask t; /* first: job is where t is */
	struct miltermail mail;
	struct stage_parcel *p;
	unsigned at; /* the milter that has it */
	int64_t begun_ms;
	struct spool body; /* in place of the one that came */
	unsigned own_body : 1, replaced : 1, asked : 1;
	struct verdict verdict[MILTERRUN_MILTERS_MAX];
};

static struct milteraddr addr[MILTERRUN_MILTERS_MAX];
static struct milterpool pool[MILTERRUN_MILTERS_MAX];
static unsigned n_milters;
static char me[HOSTNAME_MAX + 1];
static const char *confdir, *daemon_name = "rohrpost", *tmp;
static uint64_t hold_s = MILTERRUN_HOLD_DEFAULT_S;
static int outside_only, alone, by_hand;
static struct aloneenv alone_env;
static struct milteraddr defaults = { .version = MILTERTERMS_VERSION_MAX,
	.answer_s = MILTERADDR_ANSWER_DEFAULT_S,
	.end_s = MILTERADDR_END_DEFAULT_S,
	.connections = MILTERADDR_CONNECTIONS_DEFAULT };

/* the log */

static void
log_verdict(const struct job *j, unsigned i, const char *id, size_t n)
{
	static const char *const copied[] = { "client", "from" };
	static struct buf v;
	const struct verdict *d = &j->verdict[i];
	unsigned k;

	event_begin("verdict");
	event_puts("source", "milter");
	event_puts("name", addr[i].name);
	event_puts("verdict", d->word);
	if (id != NULL)
		event_put("id", id, n);
	for (k = 0; k < sizeof copied / sizeof *copied; k++)
		if (stage_env(j->p, copied[k], &v))
			event_put(copied[k], buf_data(&v), buf_len(&v));
	event_puts("job", miltermail_fact(&j->mail, MILTERMAIL_JOB));
	if (d->done > 0)
		event_num("changes", d->done);
	if (d->undone > 0)
		event_num("undone", d->undone);
	event_num("ms", (uint64_t)d->took_ms);
	if (d->text[0] != '\0')
		event_puts("text", d->text);
	event_end();
}

/* the end of a message here */

static void
refuse(struct job *j, enum receipt_kind kind, const char *text)
{
	char t[MILTERREPLY_TEXT];

	if (text[0] != '\0')
		snprintf(t, sizeof t, "%s", text);
	else if (kind == RECEIPT_PERM)
		snprintf(t, sizeof t, "5.7.1 refused by %s", addr[j->at].name);
	else
		snprintf(t, sizeof t, "4.7.1 %s asks to try again later",
		    addr[j->at].name);
	if (stage_tells(j->p, kind == RECEIPT_PERM ? 550 : 451))
		log_verdict(j, j->at, NULL, 0);
	stage_refuse(j->p, kind, t);
}

static void
no_room(struct job *j)
{
	warn("unable to write a file in %s: %m", tmp);
	stage_refuse(j->p, RECEIPT_TEMP,
	    "4.3.0 no room to keep the message, try again later");
}

/* the whole message with its new body */
static void
replace(struct job *j)
{
	struct stage_parcel *p = j->p;
	struct spool all;
	const char *s;
	uint64_t at = 0;
	long n;

	spool_init(&all);
	stage_end_front(p);
	spool_add(&all, buf_data(&p->front), buf_len(&p->front),
	    STAGE_BODY_MEMORY, tmp);
	spool_add(&all, buf_data(&p->header), buf_len(&p->header),
	    STAGE_BODY_MEMORY, tmp);
	spool_add(&all, "\n", 1, STAGE_BODY_MEMORY, tmp);
	for (; (n = spool_read(&j->body, at, &s)) > 0; at += (uint64_t)n)
		spool_add(&all, s, (size_t)n, STAGE_BODY_MEMORY, tmp);
	if (n == -1 || all.failed ||
	    (all.fd != -1 && spool_spill(&all, 0) == -1)) {
		no_room(j);
		spool_free(&all);
		return;
	}
	stage_replace(p, &all.text, all.fd, all.filed);
}

/* for who tries it by hand */
static void
say_all(const struct job *j)
{
	const char *p = buf_data(&j->p->env), *end = p + buf_len(&j->p->env);
	const char *lf;
	unsigned i;

	for (i = 0; i < n_milters; i++)
		log_verdict(j, i, NULL, 0);
	for (; buf_len(&j->p->env) > 0 && p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		info("%.*s", (int)(lf - p), p);
	}
}

/* all milters have passed it */
static void
pass(struct job *j)
{
	if (by_hand)
		say_all(j);
	if (j->replaced)
		replace(j);
	else
		stage_pass(j->p);
}

/* the milters, one after the other */

static long
body_at(void *arg, uint64_t at, const char **p)
{
	struct job *j = arg;

	return j->own_body ? spool_read(&j->body, at, p)
			   : stage_body_at(j->p, at, p);
}

static void ask_next(struct job *);

static void
hold(struct job *j, const struct milterchange *c)
{
	char t[32];

	needs(envlines_tag(&j->p->env, "quarantine", 10, addr[j->at].name,
	    strlen(addr[j->at].name)));
	snprintf(t, sizeof t, "%llu",
	    (unsigned long long)clock_wall_s() + hold_s);
	needs(envlines_set(&j->p->env, "hold-until", t, strlen(t)));
	j->verdict[j->at].word = "hold";
	snprintf(j->verdict[j->at].text, sizeof j->verdict[j->at].text, "%s",
	    c->reason);
}

/* what it wanted changed; the next one sees that */
static void
change(struct job *j)
{
	struct milterchange c = { .env = &j->p->env,
		.header = &j->p->header,
		.front = &j->p->front,
		.own = miltermail_fact(&j->mail, MILTERMAIL_PROTO) != NULL,
		.space = j->t.space };
	struct verdict *d = &j->verdict[j->at];

	needs(milterchange(&c, buf_data(&j->t.changes),
	    buf_len(&j->t.changes)));
	d->done = c.done + j->t.new_body;
	d->undone = c.undone;
	if (c.changed)
		j->p->changed = 1;
	if (c.quarantine)
		hold(j, &c);
	if (!j->t.new_body)
		return;
	spool_free(&j->body);
	j->body = j->t.body;
	spool_init(&j->t.body);
	j->own_body = j->replaced = 1;
}

static void
drop(struct job *j)
{
	j->verdict[j->at].word = "discard";
	log_verdict(j, j->at, NULL, 0);
	stage_refuse(j->p, RECEIPT_OK, "discarded");
}

/* it is gone, hangs or errs */
static void
failed(struct job *j)
{
	struct verdict *d = &j->verdict[j->at];
	char t[MILTERREPLY_TEXT];

	snprintf(d->text, sizeof d->text, "%s", j->t.text);
	switch (addr[j->at].fail) {
	case MILTERADDR_TAKE:
		d->word = "unasked";
		j->at++;
		ask_next(j);
		return;
	case MILTERADDR_REFUSE:
		d->word = "reject";
		snprintf(t, sizeof t, "5.7.1 %s cannot say", addr[j->at].name);
		refuse(j, RECEIPT_PERM, t);
		return;
	default:
		d->word = "defer";
		snprintf(t, sizeof t,
		    "4.3.0 %s cannot say now, try again later",
		    addr[j->at].name);
		refuse(j, RECEIPT_TEMP, t);
	}
}

static void
passed(struct job *j)
{
	j->verdict[j->at].word = "pass";
	change(j);
	if (milterenv_count(&j->p->env) == 0 && !alone) {
		drop(j);
		return;
	}
	j->at++;
	ask_next(j);
}

static void
done(struct miltertask *t, enum miltertask_end end)
{
	struct job *j = (struct job *)t;
	struct verdict *d = &j->verdict[j->at];

	d->took_ms = clock_mono_ms() - j->begun_ms;
	snprintf(d->text, sizeof d->text, "%s", t->text);
	switch (end) {
	case MILTERTASK_PASS: passed(j); return;
	case MILTERTASK_DROP: drop(j); return;
	case MILTERTASK_FAILED: failed(j); return;
	case MILTERTASK_PERM:
		d->word = "reject";
		refuse(j, RECEIPT_PERM, t->text);
		return;
	case MILTERTASK_TEMP:
		d->word = "defer";
		refuse(j, RECEIPT_TEMP, t->text);
	}
}

static void
ask_next(struct job *j)
{
	if (j->at == n_milters) {
		pass(j);
		return;
	}
	miltertask_free(&j->t);
	memset(&j->t, 0, sizeof j->t);
	j->t.mail = &j->mail;
	j->t.done = done;
	j->t.dir = tmp;
	j->begun_ms = clock_mono_ms();
	milterpool_ask(&pool[j->at], &j->t);
}

/* a message */

static int
keep(void *arg, const char *p, size_t n)
{
	struct spool *s = arg;

	spool_add(s, p, n, STAGE_BODY_MEMORY, tmp);
	return s->failed ? -1 : 0;
}

/* an id for it, where it has none yet: what milters say of it is found by that
 * in their logs and ours */
static void
name_job(struct job *j)
{
	uint64_t id;

	if (miltermail_fact(&j->mail, MILTERMAIL_JOB) != NULL)
		return;
	if (getrandom(&id, sizeof id, 0) != sizeof id)
		die(EXIT_TEMP, "no random bytes: %m");
	needs(buf_printf(&j->mail.fact[MILTERMAIL_JOB], "%016llx",
	    (unsigned long long)id));
	needs(buf_putc(&j->mail.fact[MILTERMAIL_JOB], '\0'));
}

static void
whole(struct stage_parcel *p)
{
	struct job *j = p->state;

	j->p = p;
	spool_init(&j->body);
	spool_init(&j->t.body);
	if (outside_only && stage_inside(p)) {
		stage_pass(p);
		return;
	}
	if (p->long_header) {
		/* what stands behind its first part nobody would have seen */
		stage_refuse(p, RECEIPT_PERM, "5.6.0 header too long");
		return;
	}
	j->mail.me = me;
	j->mail.daemon = daemon_name;
	j->mail.env = &p->env;
	j->mail.header = &p->header;
	j->mail.size = p->size;
	j->mail.body = body_at;
	j->mail.arg = j;
	needs(miltermail_make(&j->mail));
	name_job(j);
	if (alone) {
		j->own_body = 1;
		if (stage_read_body(p, keep, &j->body) == -1) {
			no_room(j);
			return;
		}
	}
	j->asked = 1;
	ask_next(j);
}

static void
receipt(struct stage_parcel *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct job *j = p->state;
	static struct buf v;
	unsigned i;

	if (!j->asked || stage_env(p, "probe", &v))
		return;
	for (i = 0; i < n_milters; i++)
		if (j->verdict[i].word != NULL)
			log_verdict(j, i, kind == RECEIPT_OK ? text : NULL, n);
}

static void
forget(struct stage_parcel *p)
{
	struct job *j = p->state;

	if (j->p == NULL)
		return;
	miltertask_free(&j->t);
	miltermail_free(&j->mail);
	spool_free(&j->body);
}

static const struct stage_ops ops = { .state_size = sizeof(struct job),
	.whole = whole,
	.receipt = receipt,
	.forget = forget };

/* the command line */

/* an envelope line for a message that comes without one */
static void
add_line(const char *line)
{
	const char *why = aloneenv_add(&alone_env, line);

	if (why != NULL)
		die(EXIT_PERM, "-E %s: %s", line, why);
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+ovC:d:E:e:H:n:t:T:")) != -1)
		switch (c) {
		case 'o': outside_only = 1; break;
		case 'v': by_hand = 1; break;
		case 'C': confdir = optarg; break;
		case 'd': daemon_name = optarg; break;
		case 'E': add_line(optarg); break;
		case 'e':
			if (milteraddr_fail(optarg, strlen(optarg),
				&defaults.fail) == -1)
				opt_bad(c, optarg, "later, take or refuse");
			break;
		case 'H':
			hold_s = opt_span(c, optarg, 1, MILTERRUN_HOLD_MAX_S);
			break;
		case 'n':
			defaults.connections =
			    opt_num(c, optarg, 1, MILTERADDR_CONNECTIONS_MAX);
			break;
		case 't':
			defaults.answer_s =
			    opt_num(c, optarg, 1, MILTERADDR_TIME_MAX_S);
			break;
		case 'T':
			defaults.end_s =
			    opt_num(c, optarg, 1, MILTERADDR_TIME_MAX_S);
			break;
		default: die_usage(usage);
		}
}

/* addresses up to the end or "--"; returns what is behind it */
static char **
milters(char **argv)
{
	const char *why;

	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
		if (n_milters == MILTERRUN_MILTERS_MAX)
			die(EXIT_PERM, "%s: more than %u milters", *argv,
			    MILTERRUN_MILTERS_MAX);
		addr[n_milters] = defaults;
		why = milteraddr_read(&addr[n_milters], *argv);
		if (why != NULL)
			die(EXIT_PERM, "%s: %s", *argv, why);
		pool[n_milters].at = &addr[n_milters];
		n_milters++;
	}
	if (*argv != NULL && *++argv == NULL)
		die_usage(usage);
	return argv;
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	char **next;
	unsigned i;
	int status;

	prog_init(argv);
	stage.ops = &ops;
	options(argc, argv);
	next = milters(argv + optind);
	if (n_milters == 0 ||
	    (*next != NULL && (by_hand || buf_len(&alone_env.env) > 0)))
		die_usage(usage);
	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m",
		    confdir == NULL ? "" : confdir);
	tmp = getenv("TMPDIR");
	if (tmp == NULL || *tmp == '\0')
		tmp = "/tmp";
	stage.dir = tmp;
	umask(077);
	alone = *next == NULL;
	status = alone ? stage_alone(&stage, &alone_env.env)
		       : stage_link(&stage, next);
	for (i = 0; i < n_milters; i++)
		milterpool_close(&pool[i]);
	return status;
}
