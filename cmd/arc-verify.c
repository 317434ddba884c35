/* arc-verify - judge the ARC chain of a message */
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "dkim/verifyrun.h"
#include <unistd.h>

static const char usage[] =
    "arc-verify [-r addr@port] [-t unixtime] [-w seconds]";

static struct dkimverify judged;
static struct buf out;

static void
print(const struct dkim_arc *a)
{
	needs(buf_printf(&out, "%s\t", dkim_word(a->result)));
	if (a->result == DKIM_NONE) {
		needs(buf_puts(&out, "no chain"));
	} else if (a->result == DKIM_PASS) {
		needs(buf_printf(&out, "%u set%s, last of ", a->instances,
		    a->instances == 1 ? "" : "s"));
		verifyrun_put(&out, a->domain, a->domain_len);
	} else {
		needs(buf_printf(&out, "%s%s",
		    a->temperror ? "temporary: " : "", a->reason));
	}
	needs(buf_putc(&out, '\n'));
}

int
main(int argc, char **argv)
{
	struct verifyrun run = { 0 };
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+r:t:w:")) != -1)
		if (!verifyrun_option(&run, c, optarg))
			die_usage(usage);
	if (optind != argc)
		die_usage(usage);
	verifyrun(&run, &judged, DKIMVERIFY_NO_DKIM);
	print(&judged.arc);
	out_flush_plain(&out);
	return EXIT_OK;
}
