/* mail-fix - make outgoing mail what receivers demand */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "base/spool.h"
#include "base/table.h"
#include "base/wholefile.h"
#include "chain/event.h"
#include "conf/hostname.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include "fix/fix.h"
#include "fix/fixlists.h"
#include "fix/tokenkeys.h"
#include "format/envlines.h"
#include "mail/address.h"
#include "mime/pixel.h"
#include "mime/sevenbit.h"
#include "stage/stage.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const char usage[] =
    "mail-fix [-aF] [-f sender] [-g name=value] "
    "[-k keyfile] [-r rcpt] [-T tenant] [-t unixtime] [-u user] [-x lists] -C confdir "
    "[next ...]";

static const char *confdir;
static struct suppressask *lists; /* NULL: there are none */
static char me[HOSTNAME_MAX + 1];
static struct table table;
static struct rulesearch rules;
static struct tokenkeys keys;
static struct buf alone_env;
static uint64_t clock_s;
static int all, fixed_clock;

/* the table */

/* one that was never there has no rules: its file is optional */
static const struct lookup lookup = { tablelookup_get_open, &table };
static struct fix_site site = {
	.me = me, .rules = &lookup, .loaded = &rules, .keys = &keys.keys
};

static void
open_table(void)
{
	tableopen(&table, confdir, "fix");
	if (rulesearch_load(&rules, &lookup) == -1)
		die(EXIT_TEMP, "%s is damaged", table.path);
}

static void
check_files(void)
{
	if (table_check(&table) && rulesearch_load(&rules, &lookup) == -1)
		warn("%s is damaged", table.path);
	tokenkeys_check(&keys);
}

/* a message */

static void
put_label(const struct stage_parcel *p, const char *key)
{
	static struct buf v;

	if (stage_env(p, key, &v))
		event_put(key, buf_data(&v), buf_len(&v));
}

static void
tell(const struct stage_parcel *p, const struct fix_mail *m)
{
	static const char *const keys_of[] = { "client", "client-name", "user",
		"tenant", "from", NULL };
	char rule[32];
	unsigned i;

	event_begin("rejected");
	for (i = 0; keys_of[i] != NULL; i++)
		put_label(p, keys_of[i]);
	event_put("esc", m->text, strcspn(m->text, " "));
	event_puts("text", m->text + strcspn(m->text, " ") + 1);
	snprintf(rule, sizeof rule, "fix:%u", m->line);
	if (m->line > 0)
		event_puts("rule", rule);
	event_end();
}

/* its body */

static const char *
tmp_dir(void)
{
	const char *dir = getenv("TMPDIR");

	return dir == NULL || *dir == '\0' ? "/tmp" : dir;
}

static int
add_body(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

static void
no_room(struct stage_parcel *p)
{
	stage_refuse(p, RECEIPT_TEMP,
	    "4.3.0 no room to keep the message, try again later");
}

/* a large one does not stay in memory while it is sent */
static void
replace(struct stage_parcel *p, struct buf *b)
{
	struct buf none = { 0 };
	int fd;

	if (buf_len(b) <= STAGE_BODY_MEMORY) {
		stage_replace(p, b, -1, 0);
		return;
	}
	fd = fd_unnamed(tmp_dir());
	if (fd != -1 && fd_write_all(fd, buf_data(b), buf_len(b)) == 0) {
		stage_replace(p, &none, fd, buf_len(b));
		return;
	}
	warn("unable to write a file in %s: %m", tmp_dir());
	fd_drop(&fd);
	no_room(p);
}

/* with the image, where that finds a place; else out stays empty */
static void
put_pixel(struct stage_parcel *p, const char *url, struct buf *out)
{
	struct buf in = { 0 };

	needs(buf_put(&in, buf_data(&p->front), buf_len(&p->front)));
	needs(buf_put(&in, buf_data(&p->header), buf_len(&p->header)));
	needs(buf_putc(&in, '\n'));
	if (stage_read_body(p, add_body, &in) == -1)
		die(EXIT_TEMP, "unable to read back the message: %m");
	needs(pixel_put(out, buf_data(&in), buf_len(&in), url));
	buf_free(&in);
}

/* a large one is not in memory either while it is made 7bit */
static int
keep(void *arg, const char *p, size_t n)
{
	struct spool *s = arg;

	spool_add(s, p, n, STAGE_BODY_MEMORY, tmp_dir());
	return s->failed ? -1 : 0;
}

/* the rest of a large one into its file; 0, or -1 with errno */
static int
settle(struct spool *s)
{
	if (s->fd == -1)
		return 0;
	if (fd_write_all(s->fd, buf_data(&s->text), buf_len(&s->text)) == -1)
		return -1;
	s->filed += buf_len(&s->text);
	buf_free(&s->text);
	return 0;
}

static int
gather(struct stage_parcel *p, struct spool *s)
{
	return keep(s, buf_data(&p->front), buf_len(&p->front)) == -1 ||
		keep(s, buf_data(&p->header), buf_len(&p->header)) == -1 ||
		keep(s, "\n", 1) == -1 || stage_read_body(p, keep, s) == -1 ||
		settle(s) == -1
	    ? -1
	    : 0;
}

/* 1: out has it; 0: it stays as it is; -1 with errno */
static int
make_seven_bit(struct stage_parcel *p, struct spool *in, struct spool *out)
{
	static struct sevenbit s;
	struct wholefile map = { .p = buf_data(&in->text),
		.n = buf_len(&in->text) };
	int r = 0;

	if (in->fd != -1 &&
	    (lseek(in->fd, 0, SEEK_SET) == -1 ||
		wholefile_open(&map, in->fd, tmp_dir()) == -1))
		return -1;
	sevenbit_look(&s, map.p, map.n);
	if (s.changes)
		r = sevenbit_put(&s, map.p, map.n, keep, out) == -1 ||
			settle(out) == -1
		    ? -1
		    : 1;
	if (in->fd != -1)
		wholefile_close(&map);
	if (s.clean)
		needs(envlines_set(&p->env, "body", "7bit", 4));
	return r;
}

/* message: the one with the image, or empty: as it came */
static void
pass_seven_bit(struct stage_parcel *p, struct buf *message)
{
	struct spool in, out;
	int made = buf_len(message) > 0, r = 0;

	spool_init(&in);
	spool_init(&out);
	if (made) {
		in.text = *message;
		memset(message, 0, sizeof *message);
	} else {
		r = gather(p, &in);
	}
	if (r == 0)
		r = make_seven_bit(p, &in, &out);
	if (r == 1)
		stage_replace(p, &out.text, out.fd, out.filed);
	else if (r == -1)
		no_room(p);
	else if (made)
		replace(p, &in.text);
	else
		stage_pass(p);
	if (r == -1)
		spool_free(&out);
	spool_free(&in);
}

static void
pass_changed(struct stage_parcel *p, const struct fix_mail *m)
{
	struct buf message = { 0 };

	stage_end_front(p);
	if (m->pixel[0] != '\0' && p->size <= PIXEL_MESSAGE_MAX)
		put_pixel(p, m->pixel, &message);
	if (m->seven_bit)
		pass_seven_bit(p, &message);
	else if (buf_len(&message) > 0)
		replace(p, &message);
	else
		stage_pass(p);
	buf_free(&message);
}

static void
on_whole(struct stage_parcel *p)
{
	struct fix_mail m = { .env = &p->env,
		.header = &p->header,
		.front = &p->front,
		.long_header = p->long_header };
	int r;

	if (!all && !stage_inside(p)) {
		stage_pass(p);
		return;
	}
	check_files();
	m.now = fixed_clock ? (int64_t)clock_s : clock_wall_s();
	if (getrandom(m.rnd, sizeof m.rnd, 0) != sizeof m.rnd)
		die(EXIT_TEMP, "no random bytes: %m");
	r = fix_message(&site, &m);
	needs(r);
	p->changed |= m.changed;
	if (r == FIX_PASS && lists != NULL) {
		r = fixlists(lists, &p->env, m.now, &m.text);
		needs(r);
	}
	if (r == FIX_PERM && stage_tells(p, 550))
		tell(p, &m);
	if (r == FIX_PASS && p->has_body && !p->long_header &&
	    (m.pixel[0] != '\0' || m.seven_bit))
		pass_changed(p, &m);
	else if (r == FIX_PASS)
		stage_pass(p);
	else
		stage_refuse(p, r == FIX_PERM ? RECEIPT_PERM : RECEIPT_TEMP,
		    m.text);
}

static const struct stage_ops ops = { .whole = on_whole };

static void
put_env(const char *key, const char *value)
{
	needs(parcel_puts(&alone_env, key, value));
}

static void
options(int argc, char **argv)
{
	const char *key_path = NULL, *lists_path = NULL;
	int c;

	while ((c = getopt(argc, argv, "+aC:Ff:g:k:r:T:t:u:x:")) != -1)
		switch (c) {
		case 'a': all = 1; break;
		case 'C': confdir = optarg; break;
		case 'F': site.add_from = 1; break;
		case 'f': put_env("from", address_bare(optarg)); break;
		case 'g':
			if (strchr(optarg, '=') == NULL)
				opt_bad(c, optarg, "NAME=VALUE");
			put_env("tag", optarg);
			break;
		case 'k': key_path = optarg; break;
		case 'r': put_env("to", address_bare(optarg)); break;
		case 'T': put_env("tenant", optarg); break;
		case 't':
			clock_s = (uint64_t)opt_time(c, optarg, 0, UINT32_MAX);
			fixed_clock = 1;
			break;
		case 'u': put_env("user", optarg); break;
		case 'x': lists_path = optarg; break;
		default: die_usage(usage);
		}
	if (confdir == NULL)
		die_usage(usage);
	if (key_path != NULL)
		tokenkeys_open(&keys, key_path);
	if (lists_path != NULL)
		lists = need(suppressask_open(lists_path, confdir));
}

int
main(int argc, char **argv)
{
	static struct stage stage;
	prog_init(argv);
	stage.ops = &ops;
	options(argc, argv);
	if (hostname_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	open_table();
	if (argv[optind] != NULL)
		return stage_link(&stage, argv + optind);
	all = 1;
	return stage_alone(&stage, &alone_env);
}
