/* filter - run a program on each message */
#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/event.h"
#include "stage/aloneenv.h"
#include "stage/exitmap.h"
#include "stage/filterprogram.h"
#include "stage/filterserver.h"
#include "stage/mailenv.h"
#include "stage/stagefile.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "filter [-clorv] [-E LINE] ... [-n PROGRAMS] "
    "[-w SECONDS] [-e STATUS=ACTION] ... [-t NAME] { program ... } [next...]";

enum {
	FILTER_PROGRAMS_DEFAULT = 4, /* at once */
	FILTER_PROGRAMS_MAX = 256,
	FILTER_TIME_DEFAULT_S = 120, /* for one program */
	FILTER_TIME_MAX_S = 86400,
	FILTER_TEXT_MAX = 200, /* bytes of a program's words in a receipt */
	FILTER_HEAD_MAX = 1000 /* bytes looked at for its first line */
};

struct job {
	struct filterprogram t;      /* first: job is where t is */
	struct filterserver_ask ask; /* -l; its output becomes that of t */
	struct stage_parcel *p;
	struct job *next; /* that waits, or runs */
	struct exitmap_action action;
	char text[FILTER_TEXT_MAX + 1]; /* what the program said */
	int64_t begun_ms, took_ms;
	int status; /* -1: it did not get that far */
	unsigned judged : 1;
};

static struct exitmap exits;
static char **program;
static const char *name, *tmp;
static int check_only, outside_only, crlf, by_hand, stays;
static struct filterserver servers; /* -l */
static struct aloneenv alone_env;   /* envelope lines of a message alone */
static uint64_t programs_max = FILTER_PROGRAMS_DEFAULT;
static uint64_t time_s = FILTER_TIME_DEFAULT_S;
static struct job *waiting, **last = &waiting, *running;
static uint64_t n_running;

/* what came of it */

static void
log_verdict(const struct job *j, const char *id, size_t n)
{
	static struct buf v;
	static const struct {
		const char *key, *label;
	} copied[] = { { "client", "client" }, { "from", "from" } };
	size_t i;

	event_begin("verdict");
	event_puts("source", "filter");
	event_puts("name", name);
	event_puts("verdict", exitmap_word(j->action.what));
	if (id != NULL)
		event_put("id", id, n);
	for (i = 0; i < sizeof copied / sizeof *copied; i++)
		if (stage_env(j->p, copied[i].key, &v))
			event_put(copied[i].label, buf_data(&v), buf_len(&v));
	if (j->action.what == EXITMAP_TAG)
		event_puts("tag", j->action.tag);
	if (j->status >= 0)
		event_num("exit", (uint64_t)j->status);
	event_num("ms", (uint64_t)j->took_ms);
	if (j->text[0] != '\0')
		event_puts("text", j->text);
	event_end();
}

/* the first line that is not empty, in printable ASCII */
static void
first_line(char *out, const char *p, size_t n)
{
	size_t i, len = 0;

	for (i = 0; i < n && len < FILTER_TEXT_MAX; i++) {
		if (p[i] == '\n' && len > 0)
			break;
		if (p[i] == '\n' || (len == 0 && (p[i] == ' ' || p[i] == '\r')))
			continue;
		out[len++] = p[i] >= 0x20 && p[i] < 0x7f ? p[i]
		    : p[i] == '\r' || p[i] == '\t'       ? ' '
							 : '?';
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

static void
refuse(struct job *j, enum receipt_kind kind)
{
	char t[FILTER_TEXT_MAX + 128];

	if (kind == RECEIPT_TEMP)
		snprintf(t, sizeof t,
		    "4.3.0 %.64s cannot say now, try again "
		    "later",
		    name);
	else if (j->text[0] != '\0')
		snprintf(t, sizeof t, "5.7.1 %s", j->text);
	else
		snprintf(t, sizeof t, "5.7.1 refused by %.64s", name);
	if (stage_tells(j->p, kind == RECEIPT_TEMP ? 451 : 550))
		log_verdict(j, NULL, 0);
	stage_refuse(j->p, kind, t);
}

static void
defer(struct job *j, const char *why)
{
	j->action = (struct exitmap_action){ EXITMAP_DEFER, NULL };
	snprintf(j->text, sizeof j->text, "%s", why);
	refuse(j, RECEIPT_TEMP);
}

/* what it wrote becomes the message */
static void
replace(struct job *j)
{
	struct spool *o = &j->t.output;
	struct buf none = { 0 };
	int fd = o->fd;

	if (spool_len(o) == 0 && j->p->size > 0) {
		defer(j, "the program wrote no message");
		return;
	}
	if (fd != -1 &&
	    fd_write_all(fd, buf_data(&o->text), buf_len(&o->text)) == -1) {
		warn("unable to write a file in %s: %m", tmp);
		defer(j, "no room for what the program wrote");
		return;
	}
	o->fd = -1; /* the stage's now */
	stage_replace(j->p, fd == -1 ? &o->text : &none, fd,
	    o->filed + (fd == -1 ? 0 : buf_len(&o->text)));
}

static void
act_on(struct job *j, int unchanged)
{
	switch (j->action.what) {
	case EXITMAP_DEFER: refuse(j, RECEIPT_TEMP); return;
	case EXITMAP_REJECT: refuse(j, RECEIPT_PERM); return;
	case EXITMAP_TAG:
		needs(parcel_puts(&j->p->env, "tag", j->action.tag));
		break;
	case EXITMAP_PASS: break;
	}
	j->judged = 1;
	if (unchanged)
		stage_pass(j->p);
	else
		replace(j);
}

static void
act(struct job *j)
{
	act_on(j, check_only);
}

/* whatever it wrote is no message */
static void
act_only(struct job *j)
{
	act_on(j, 1);
}

/* for who tries it by hand */
static void
say_end(const struct job *j, const char *why)
{
	const char *word = exitmap_word(j->action.what), *tag = "", *of = "";

	if (j->action.what == EXITMAP_TAG) {
		of = " ";
		tag = j->action.tag;
	}
	if (why == NULL)
		info("%s: exit status %d: %s%s%s", name, j->status, word, of,
		    tag);
	else
		info("%s: %s: %s", name, why, word);
}

static void
say_env(const struct mailenv *e)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		info("%s=%s", e->var[i].name, buf_data(&e->var[i].value));
}

static void start_waiting(void);

static void
ended(struct filterprogram *t, enum filterprogram_end end, int code)
{
	static const char *const why[] = { NULL, "the program was killed",
		"the program took too long", "the program wrote too much",
		"no room for what the program wrote" };
	struct job *j = (struct job *)t, **r = &running;

	while (*r != j)
		r = &(*r)->next;
	*r = j->next;
	n_running--;
	j->took_ms = clock_mono_ms() - j->begun_ms;
	if (check_only)
		first_line(j->text, buf_data(&t->output.text),
		    buf_len(&t->output.text));
	if (j->text[0] == '\0')
		first_line(j->text, t->err.log.kept, t->err.log.kept_len);
	if (end == FILTERPROGRAM_EXIT) {
		j->status = code;
		j->action = exits.action[code];
	}
	if (by_hand)
		say_end(j, why[end]);
	if (end == FILTERPROGRAM_EXIT) {
		act(j);
	} else {
		defer(j, why[end]);
	}
	start_waiting();
}

/* -l: programs that stay */

static void
served(struct filterserver_ask *a)
{
	struct job *j = (struct job *)((char *)a - offsetof(struct job, ask));

	j->took_ms = clock_mono_ms() - j->begun_ms;
	j->t.output = a->output;
	spool_init(&a->output);
	if (a->kind == 0) {
		defer(j, a->why);
		return;
	}
	snprintf(j->text, sizeof j->text, "%s", a->text);
	j->action.what = a->kind == 'D' ? EXITMAP_REJECT
	    : a->kind == 'Z'            ? EXITMAP_DEFER
	    : a->kind == 'T'            ? EXITMAP_TAG
					: EXITMAP_PASS;
	j->action.tag = a->text;
	if (a->kind == 'T' && strchr(a->text, '=') == NULL)
		defer(j, "the program named no tag");
	else if (a->kind == 'M' && !check_only)
		act(j);
	else
		act_only(j);
}

static void
ask(struct job *j)
{
	j->ask.in = stagefile_open(j->p, crlf, tmp);
	if (j->ask.in == -1) {
		warn("unable to make a file of a message: %m");
		defer(j, "no room for the message");
		return;
	}
	j->ask.env = &j->p->env;
	j->ask.done = served;
	j->begun_ms = clock_mono_ms();
	filterserver_ask(&servers, &j->ask);
}

/* running it */

static int
start(struct job *j)
{
	struct mailenv e = { .n = 0 };
	struct spawn_env env[MAILENV_NAMES];
	struct filterprogram_run r = { .argv = program,
		.name = name,
		.env = env,
		.output_max =
		    check_only ? FILTER_HEAD_MAX : FILTERPROGRAM_OUTPUT_MAX,
		.head = check_only,
		.dir = tmp,
		.timeout_ms = (int64_t)time_s * 1000 };
	int status;

	r.in = stagefile_open(j->p, crlf, tmp);
	if (r.in == -1) {
		warn("unable to make a file of a message: %m");
		return -1;
	}
	needs(mailenv_make(&e, buf_data(&j->p->env), buf_len(&j->p->env)));
	if (by_hand)
		say_env(&e);
	for (; r.n_env < e.n; r.n_env++)
		env[r.n_env] = (struct spawn_env){ e.var[r.n_env].name,
			buf_data(&e.var[r.n_env].value) };
	j->t.done = ended;
	j->begun_ms = clock_mono_ms();
	status = filterprogram_start(&j->t, &r);
	if (status == -1)
		warn("unable to run %s: %m", program[0]);
	close(r.in);
	mailenv_free(&e);
	return status;
}

static void
start_waiting(void)
{
	struct job *j;

	while (n_running < programs_max && (j = waiting) != NULL) {
		waiting = j->next;
		if (waiting == NULL)
			last = &waiting;
		if (start(j) == -1) {
			defer(j, "the program did not start");
			continue;
		}
		j->next = running;
		running = j;
		n_running++;
	}
}

static void
whole(struct stage_parcel *p)
{
	struct job *j = p->state;

	j->p = p;
	j->status = -1;
	spool_init(&j->t.output);
	if (outside_only && stage_inside(p)) {
		stage_pass(p);
		return;
	}
	if (stays) {
		ask(j);
		return;
	}
	*last = j;
	last = &j->next;
	start_waiting();
}

static void
receipt(struct stage_parcel *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct job *j = p->state;
	static struct buf v;

	if (j->judged && !stage_env(p, "probe", &v))
		log_verdict(j, kind == RECEIPT_OK ? text : NULL, n);
}

static void
forget(struct stage_parcel *p)
{
	struct job *j = p->state;

	if (j->p != NULL)
		filterprogram_free(&j->t);
}

static const struct stage_ops ops = { .state_size = sizeof(struct job),
	.whole = whole,
	.receipt = receipt,
	.forget = forget };

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
	const char *why;
	int c;

	while ((c = getopt(argc, argv, "+coE:lrn:w:e:t:v")) != -1)
		switch (c) {
		case 'E': add_line(optarg); break;
		case 'v': by_hand = 1; break;
		case 'c': check_only = 1; break;
		case 'l': stays = 1; break;
		case 'o': outside_only = 1; break;
		case 'r': crlf = 1; break;
		case 'n':
			programs_max =
			    opt_num(c, optarg, 1, FILTER_PROGRAMS_MAX);
			break;
		case 'w':
			time_s = opt_num(c, optarg, 1, FILTER_TIME_MAX_S);
			break;
		case 'e':
			why = exitmap_rule(&exits, optarg);
			if (why != NULL)
				die(EXIT_PERM, "-e %s: %s", optarg, why);
			break;
		case 't': name = optarg; break;
		default: die_usage(usage);
		}
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	char **next;
	struct job *j;
	int status;

	prog_init(argv);
	stage.ops = &ops;
	exitmap_init(&exits);
	options(argc, argv);
	program = argv + optind;
	if (*program == NULL || strcmp(*program++, "{") != 0)
		die_usage(usage);
	next = args_block(program);
	if (next == NULL ||
	    (*next != NULL && (by_hand || buf_len(&alone_env.env) > 0)))
		die_usage(usage);
	if (name == NULL) {
		name = strrchr(program[0], '/');
		name = name == NULL ? program[0] : name + 1;
	}
	tmp = getenv("TMPDIR");
	if (tmp == NULL || *tmp == '\0')
		tmp = "/tmp";
	stage.dir = tmp;
	servers = (struct filterserver){ .argv = program,
		.name = name,
		.dir = tmp,
		.most = programs_max,
		.timeout_ms = (int64_t)time_s * 1000 };
	umask(077);
	status = *next == NULL ? stage_alone(&stage, &alone_env.env)
			       : stage_link(&stage, next);
	for (j = running; j != NULL; j = j->next)
		filterprogram_kill(&j->t);
	filterserver_close(&servers);
	return status;
}
