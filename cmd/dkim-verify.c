/* dkim-verify - judge the DKIM signatures of a message */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "dkim/verifyrun.h"
#include <unistd.h>

static const char usage[] =
    "dkim-verify [-o] [-r addr@port] [-t unixtime] [-w seconds]";

static struct dkimverify judged;
static struct buf out;

/* what made it, and what speaks against relying on it */
static void
print_pass(const struct dkim_signature *s)
{
	verifyrun_put(&out, s->algorithm, s->algorithm_len);
	if (s->key_bits > 0)
		needs(buf_printf(&out, " %u bits", s->key_bits));
	if (s->partial)
		needs(buf_puts(&out, ", l= leaves bytes of the body out"));
	if (s->testing)
		needs(buf_puts(&out, ", testing"));
}

static void
print(const struct dkim_signature *s)
{
	needs(buf_printf(&out, "%s\td=", dkim_word(s->result)));
	verifyrun_put(&out, s->domain, s->domain_len);
	needs(buf_puts(&out, "\ts="));
	verifyrun_put(&out, s->selector, s->selector_len);
	needs(buf_putc(&out, '\t'));
	if (s->result == DKIM_PASS)
		print_pass(s);
	else
		needs(buf_puts(&out, s->reason));
	needs(buf_putc(&out, '\n'));
}

int
main(int argc, char **argv)
{
	struct verifyrun run = { 0 };
	unsigned flags = DKIMVERIFY_NO_ARC, i;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+or:t:w:")) != -1) {
		if (c == 'o')
			flags |= DKIMVERIFY_OLD;
		else if (!verifyrun_option(&run, c, optarg))
			die_usage(usage);
	}
	if (optind != argc)
		die_usage(usage);
	verifyrun(&run, &judged, flags);
	for (i = 0; i < judged.n; i++)
		print(&judged.signature[i]);
	for (i = 0; i < judged.skipped; i++)
		needs(buf_printf(&out,
		    "policy\td=\ts=\tmore than %d signatures\n",
		    DKIMVERIFY_MAX));
	if (judged.n == 0 && judged.skipped == 0)
		needs(buf_puts(&out, "none\n"));
	out_flush_plain(&out);
	return EXIT_OK;
}
