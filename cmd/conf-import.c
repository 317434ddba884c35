/* conf-import - the configuration of another mail system into files of ours */
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "import/importfile.h"
#include "import/kumo.h"
#include "import/metis.h"
#include "import/pmta.h"
#include "import/postfix.h"
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "conf-import [-H] [-m domain] [-o dir] [-t transport] kind file ...";
static struct import import;
static struct postfix postfix;

static void
read_postfix(char *const *operand)
{
	struct postfix_operand o;
	struct wholefile w;
	const char *bad;

	for (; *operand != NULL; operand++) {
		bad = postfix_operand(*operand, &o);
		if (bad != NULL)
			die(EXIT_PERM, "%s: %s", *operand, bad);
		importfile_read(&w, o.file);
		postfix_add(&postfix, &import, &o, w.p, w.n);
		wholefile_close(&w);
	}
	postfix_import(&postfix, &import);
	postfix_free(&postfix);
}

static void
read_pmta(char *const *file)
{
	struct pmta pmta = { .import = &import };
	struct wholefile w;

	/* what is kept of them are parts of their text */
	for (; *file != NULL && !import.broken; file++) {
		importfile_read(&w, *file);
		pmta_read(&pmta, *file, w.p, w.n);
	}
	if (!import.broken)
		pmta_finish(&pmta);
}

static void
read_kumo(char *const *file)
{
	struct kumo kumo = { .import = &import };
	struct wholefile w;

	for (; *file != NULL && !import.broken; file++) {
		importfile_read(&w, *file);
		kumo_read(&kumo, *file, w.p, w.n);
		wholefile_close(&w);
	}
	kumo_finish(&kumo);
}

static void
read_metis(char *const *file)
{
	struct metis metis = { .import = &import };
	struct wholefile w;

	for (; *file != NULL; file++) {
		importfile_read(&w, *file);
		if (metis_add(&metis, *file, w.p, w.n) == -1)
			die(EXIT_PERM, "more than %d files", METIS_FILES_MAX);
	}
	metis_finish(&metis);
}

static const struct {
	const char *name;
	void (*read)(char *const *files);
} kinds[] = { { "kumo", read_kumo }, { "metis", read_metis },
	{ "pmta", read_pmta }, { "postfix", read_postfix } };

static void
add_clone(const char *name)
{
	if (postfix.site.clones == POSTFIXHOP_CLONES_MAX)
		die(EXIT_PERM, "more than %d times -t", POSTFIXHOP_CLONES_MAX);
	if (!word_name(name, strlen(name)))
		opt_bad('t', name, "the name of a transport");
	postfix.site.clone[postfix.site.clones++] = name;
}

int
main(int argc, char **argv)
{
	const char *dir = NULL;
	size_t i;
	int c;

	prog_init(argv);
	import.subject = importfile_subjects;
	import.told = importfile_told;
	while ((c = getopt(argc, argv, "Hm:o:t:")) != -1)
		switch (c) {
		case 'H': postfix.site.names_are_hosts = 1; break;
		case 'm':
			if (!word_domain(optarg, strlen(optarg)))
				opt_bad(c, optarg, "a domain");
			postfix.origin = optarg;
			break;
		case 'o': dir = optarg; break;
		case 't': add_clone(optarg); break;
		default: die_usage(usage);
		}
	if (argc - optind < 2)
		die_usage(usage);
	for (i = 0; i < sizeof kinds / sizeof *kinds &&
	     strcmp(argv[optind], kinds[i].name) != 0;)
		i++;
	if (i == sizeof kinds / sizeof *kinds)
		die(EXIT_PERM, "%s is no kind of configuration that is known",
		    argv[optind]);
	kinds[i].read(argv + optind + 1);
	needs(import_finish(&import));
	if (import.broken)
		die(EXIT_PERM, "nothing is written");
	if (dir != NULL)
		importfile_write(&import, dir);
	else
		importfile_print(&import);
	return import.left > 0 ? EXIT_NONE : EXIT_OK;
}
