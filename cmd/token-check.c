/* token-check - what return paths and unsubscribe tokens say; their keys */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/opt.h"
#include "base/out.h"
#include "dns/idnaddress.h"
#include "fix/tokenkeys.h"
#include "fix/tokenpolicy.h"
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_A_DAY = 86400, DAYS_DEFAULT = 60, DAYS_MAX = 36500 };

static const char usage[] =
    "token-check [-d days] [-r address] [-t unixtime] "
    "-k keyfile token ... | -p -k keyfile | -n keyfile | -N keyfile";

static struct tokenkeys keys;
static struct buf out;
static char form[WORD_ADDRESS_MAX + 1]; /* of -r; empty: not asked for */
static uint64_t now, days = DAYS_DEFAULT;
static int set; /* by -t */

/* bytes from outside: printable, and no TAB */
static void
print_field(const char *s)
{
	needs(buf_putc(&out, '\t'));
	for (; *s != '\0'; s++)
		needs(buf_putc(&out, *s >= ' ' && *s < 0x7f ? *s : '?'));
}

static void
print_day(unsigned day)
{
	time_t t = (time_t)day * SECONDS_A_DAY;
	char text[32];
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL)
		strftime(text, sizeof text, "%Y-%m-%d", &tm);
	print_field(text);
}

/* is the one of -r its recipient? */
static const char *
says_of_rcpt(const struct token *t)
{
	char own[WORD_ADDRESS_MAX + 1];

	switch (token_is_rcpt(&keys.keys, t, form)) {
	case -1: return "unsaid";
	case 1: return "recipient";
	default: break;
	}
	return idnaddress_form(t->rcpt, strlen(t->rcpt), own) != -1 &&
		strcmp(own, form) == 0
	    ? "recipient"
	    : "another";
}

static void
check(const char *s)
{
	static const char *const word[] = { "good", "expired", "forged",
		"foreign" };
	enum token_verdict v;
	struct token t;

	v = token_check(&keys.keys, s, strlen(s),
	    (unsigned)(now / SECONDS_A_DAY), (unsigned)days, &t);
	needs(buf_puts(&out, word[v]));
	print_field(v == TOKEN_FOREIGN   ? ""
		: t.kind == TOKEN_BOUNCE ? "bounce"
					 : "unsubscribe");
	print_field(t.id);
	if (v == TOKEN_GOOD || v == TOKEN_EXPIRED)
		print_day(t.day);
	else
		print_field("");
	print_field(t.rcpt);
	if (t.list[0] != '\0' || form[0] != '\0')
		print_field(t.list);
	if (form[0] != '\0')
		print_field(v == TOKEN_GOOD || v == TOKEN_EXPIRED
			? says_of_rcpt(&t)
			: "");
	needs(buf_putc(&out, '\n'));
}

static unsigned
today(void)
{
	return (unsigned)((set ? now : (uint64_t)clock_wall_s()) /
	    SECONDS_A_DAY);
}

static int
make(const char *path, int add, int argc)
{
	if (optind != argc)
		die_usage(usage);
	if (folder_settle_of(path) == -1)
		die(EXIT_TEMP, "unable to make %s: %m", path);
	tokenkeys_make(path, add);
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	const char *path = NULL, *new = NULL;
	int c, add = 0, policy = 0;

	prog_init(argv);
	now = (uint64_t)clock_wall_s();
	while ((c = getopt(argc, argv, "+d:k:N:n:pr:t:")) != -1)
		switch (c) {
		case 'd': days = opt_num(c, optarg, 0, DAYS_MAX); break;
		case 'k': path = optarg; break;
		case 'N':
		case 'n':
			new = optarg;
			add = c == 'N';
			break;
		case 'p': policy = 1; break;
		case 'r':
			if (idnaddress_form(optarg, strlen(optarg), form) == -1)
				die_usage(usage);
			break;
		case 't':
			now = (uint64_t)opt_time(c, optarg, 0, UINT32_MAX);
			set = 1;
			break;
		default: die_usage(usage);
		}
	if ((new != NULL) == (path != NULL) ||
	    (form[0] != '\0' && path == NULL))
		die_usage(usage);
	if (new != NULL)
		return make(new, add, argc);
	if ((optind == argc) != policy)
		die_usage(usage);
	tokenkeys_open(&keys, path);
	if (policy)
		return tokenpolicy_run(&keys, (unsigned)days, today);
	for (; optind < argc; optind++)
		check(argv[optind]);
	out_flush(&out);
	return EXIT_OK;
}
