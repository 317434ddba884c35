/* suppress - lists of addresses that get no more mail */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/opt.h"
#include "suppress/suppressfile.h"
#include "suppress/suppresslink.h"
#include "suppress/suppresstool.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "suppress [-H] [-C confdir] [-T tenant] [-s stream] [-r reason] "
    "[-u span] [-t unixtime] "
    "add | remove | look | import | export | compile | take dir [address ...]";

static const char *confdir;
static struct suppresstool tool = {
	.model = { .stream = "*", .reason = "manual", .by = "suppress" }
};
static struct suppressline *const model = &tool.model;

static void
set_name(int option, char to[SUPPRESSLINE_NAME_MAX + 1], const char *s)
{
	if (suppressline_name(to, s, strlen(s)) == -1)
		opt_bad(option, s, "at most 128 bytes");
}

static void
options(int argc, char **argv)
{
	uint64_t span_s = 0;
	int c;

	while ((c = getopt(argc, argv, "+C:Hr:s:T:t:u:")) != -1)
		switch (c) {
		case 'C': confdir = optarg; break;
		case 'H': tool.hashed = 1; break;
		case 'r':
			if (!word_name(optarg, strlen(optarg)) ||
			    strlen(optarg) > SUPPRESSLINE_WORD_MAX)
				opt_bad(c, optarg, "a word");
			suppressline_text(model->reason, sizeof model->reason,
			    optarg, strlen(optarg));
			break;
		case 's':
			set_name(c, model->stream, optarg);
			tool.has_stream = 1;
			break;
		case 'T':
			set_name(c, model->tenant, optarg);
			tool.has_tenant = 1;
			break;
		case 't':
			model->since_s = opt_time(c, optarg, 1, UINT32_MAX);
			break;
		case 'u':
			span_s =
			    opt_span(c, optarg, 1, SUPPRESSFILE_SPAN_MAX_S);
			break;
		default: die_usage(usage);
		}
	if (model->since_s == 0)
		model->since_s = clock_wall_s();
	if (span_s > 0)
		model->until_s = model->since_s + (int64_t)span_s;
}

static int
take(void)
{
	if (confdir == NULL)
		die_usage(usage);
	return suppresslink(confdir, tool.dir, tool.hashed);
}

/* word: behind the folder */
static int
run(const char *verb, char **word)
{
	int words = *word != NULL;

	if (strcmp(verb, "add") == 0 && words)
		return suppresstool_add(&tool, word);
	if (strcmp(verb, "remove") == 0 && words)
		return suppresstool_remove(&tool, word);
	if (strcmp(verb, "look") == 0 && words)
		return suppresstool_look(&tool, word);
	if (strcmp(verb, "import") == 0 && !words)
		return suppresstool_import(&tool);
	if (strcmp(verb, "export") == 0 && !words)
		return suppresstool_export(&tool);
	if (strcmp(verb, "compile") == 0 && !words)
		return suppresstool_compile(&tool);
	if (strcmp(verb, "take") == 0 && !words)
		return take();
	die_usage(usage);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	if (argc - optind < 2)
		die_usage(usage);
	tool.dir = argv[optind + 1];
	/* root does it as the owner of the folder */
	if (folder_settle(tool.dir) == -1 && errno != ENOENT)
		die(EXIT_TEMP, "unable to open %s: %m", tool.dir);
	return run(argv[optind], argv + optind + 2);
}
