/* the verbs of the command line, as a program calls them */
#include "suppress/suppresstool.h"
#include "base/exit.h"
#include "suppressdir.h"
#include "tap.h"

static struct suppresstool tool = {
	.model = { .stream = "*", .reason = "manual", .since_s = 1790000000 }
};

static char *words[] = { (char *)"joe@example.org", NULL };

int
main(void)
{
	suppressdir_make();
	tool.dir = suppressdir;
	is_num(suppresstool_look(&tool, words), EXIT_NONE, "nobody");
	is_num(suppresstool_remove(&tool, words), EXIT_NONE, "not there");
	is_num(suppresstool_add(&tool, words), EXIT_OK, "added");
	is_num(suppresstool_look(&tool, words), EXIT_OK, "there");
	is_num(suppresstool_compile(&tool), EXIT_OK, "compiled");
	is_num(suppresstool_look(&tool, words), EXIT_OK, "still there");
	tool.has_tenant = 1;
	is_num(suppresstool_export(&tool), EXIT_OK, "exported");
	is_num(suppresstool_remove(&tool, words), EXIT_OK, "removed");
	is_num(suppresstool_look(&tool, words), EXIT_NONE, "gone");
	tool.hashed = 1;
	is_num(suppresstool_add(&tool, words), EXIT_OK, "by its hash");
	is_num(suppresstool_look(&tool, words), EXIT_OK, "there again");
	suppressdir_remove();
	return done();
}
