/* mail-fix - make outgoing mail what receivers demand */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/me.h"
#include "base/num.h"
#include "base/table.h"
#include "mail/address.h"
#include "mail/pixel.h"
#include "net/event.h"
#include "net/stage.h"
#include "net/tokenkeys.h"
#include "policy/fix.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const char usage[] = "mail-fix [-aF] [-f sender] [-g name=value] "
    "[-k keyfile] [-r rcpt] [-T tenant] [-t unixtime] [-u user] -C confdir "
    "[next ...]";

static const char *confdir;
static char me[ME_MAX + 1], path[4096];
static struct table table;
static struct fixrules rules;
static struct tokenkeys keys;
static struct buf alone_env;
static uint64_t clock_s;
static int all, fixed_clock;

/* ---- the table ---- */

/* one that was never there has no rules: its file is optional */
static int
get(void *arg, const char *key, size_t n, const char **data, size_t *len)
{
	(void)arg;
	return table.open ? table_ref(&table, key, n, data, len) : 0;
}

static const struct lookup lookup = { get, NULL };
static struct fix_site site = { .me = me, .rules = &lookup,
	.loaded = &rules, .keys = &keys.keys };

static void
open_table(void)
{
	char text[sizeof path - 8];

	if (snprintf(text, sizeof text, "%s/fix", confdir) >=
	    (int)sizeof text)
		die(EXIT_PERM, "name too long: %s", confdir);
	snprintf(path, sizeof path, "%s.cdb", text);
	if (table_open(&table, path) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to open %s: %m", path);
		if (access(text, F_OK) == 0)
			die(EXIT_TEMP, "%s is not compiled: run conf-build "
			    "%s", text, confdir);
	}
	if (fixrules_load(&rules, &lookup) == -1)
		die(EXIT_TEMP, "%s is damaged", path);
}

static void
check_files(void)
{
	if (table_check(&table) && fixrules_load(&rules, &lookup) == -1)
		warn("%s is damaged", path);
	tokenkeys_check(&keys);
}

/* ---- a message ---- */

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
	static const char *const keys_of[] = { "client", "client-name",
		"user", "tenant", "from", NULL };
	char rule[32];
	unsigned i;

	event_begin("rejected");
	for (i = 0; keys_of[i] != NULL; i++)
		put_label(p, keys_of[i]);
	event_put("esc", m->text, strcspn(m->text, " "));
	event_puts("text", m->text + strcspn(m->text, " ") + 1);
	snprintf(rule, sizeof rule, "fix:%u", m->line);
	event_puts("rule", rule);
	event_end();
}

static int
add_body(void *arg, const char *p, size_t n)
{
	return buf_put(arg, p, n);
}

/* a large one does not stay in memory while it is sent */
static void
replace(struct stage_parcel *p, struct buf *b)
{
	const char *tmp = getenv("TMPDIR");
	struct buf none = { 0 };
	int fd;

	if (buf_len(b) <= STAGE_BODY_MEMORY) {
		stage_replace(p, b, -1, 0);
		return;
	}
	fd = fd_unnamed(tmp == NULL ? "/tmp" : tmp);
	if (fd == -1 || fd_write_all(fd, buf_data(b), buf_len(b)) == -1)
		die(EXIT_TEMP, "no room to keep the message: %m");
	stage_replace(p, &none, fd, buf_len(b));
}

/* on it goes, with the image where that finds a place */
static void
pass_with_pixel(struct stage_parcel *p, const char *url)
{
	struct buf in = { 0 }, out = { 0 };
	int n;

	stage_end_front(p);
	needs(buf_put(&in, buf_data(&p->front), buf_len(&p->front)));
	needs(buf_put(&in, buf_data(&p->header), buf_len(&p->header)));
	needs(buf_putc(&in, '\n'));
	if (stage_read_body(p, add_body, &in) == -1)
		die(EXIT_TEMP, "unable to read back the message: %m");
	n = pixel_put(&out, buf_data(&in), buf_len(&in), url);
	needs(n);
	buf_free(&in);
	if (n == 0)
		stage_pass(p);
	else
		replace(p, &out);
	buf_free(&out);
}

static void
on_whole(struct stage_parcel *p)
{
	struct fix_mail m = { .env = &p->env, .header = &p->header,
		.front = &p->front, .long_header = p->long_header };
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
	if (r == FIX_PERM)
		tell(p, &m);
	if (r == FIX_PASS && m.pixel[0] != '\0' && p->has_body &&
	    p->size <= PIXEL_MESSAGE_MAX)
		pass_with_pixel(p, m.pixel);
	else if (r == FIX_PASS)
		stage_pass(p);
	else
		stage_refuse(p, r == FIX_PERM ? RECEIPT_PERM : RECEIPT_TEMP,
		    m.text);
}

static const struct stage_ops ops = { .whole = on_whole };

/* ---- */

static void
put_env(const char *key, const char *value)
{
	needs(parcel_puts(&alone_env, key, value));
}

static void
options(int argc, char **argv)
{
	const char *key_path = NULL;
	int c;

	while ((c = getopt(argc, argv, "+aC:Ff:g:k:r:T:t:u:")) != -1)
		switch (c) {
		case 'a':
			all = 1;
			break;
		case 'C':
			confdir = optarg;
			break;
		case 'F':
			site.add_from = 1;
			break;
		case 'f':
			put_env("from", address_bare(optarg));
			break;
		case 'g':
			if (strchr(optarg, '=') == NULL)
				die(EXIT_PERM, "-g %s: want NAME=VALUE",
				    optarg);
			put_env("tag", optarg);
			break;
		case 'k':
			key_path = optarg;
			break;
		case 'r':
			put_env("to", address_bare(optarg));
			break;
		case 'T':
			put_env("tenant", optarg);
			break;
		case 't':
			if (num_scans(optarg, 0, UINT32_MAX, &clock_s) == -1)
				die(EXIT_PERM, "-t %s: want seconds since "
				    "1970", optarg);
			fixed_clock = 1;
			break;
		case 'u':
			put_env("user", optarg);
			break;
		default:
			die_usage(usage);
		}
	if (confdir == NULL)
		die_usage(usage);
	if (key_path != NULL)
		tokenkeys_open(&keys, key_path);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	if (me_read(confdir, me) == -1)
		die(EXIT_TEMP, "unable to read %s/me: %m", confdir);
	open_table();
	if (argv[optind] != NULL)
		return stage_link(&ops, argv + optind);
	all = 1;
	return stage_alone(&ops, &alone_env);
}
