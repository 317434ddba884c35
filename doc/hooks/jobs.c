/* jobs FIELD NEW: jobs with a field like this get another one; job(5), before the
 * next link: queue-run QUEUE sh -c 'jobs "to:*@slow.example" prio:9 | exec ...' */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char job[65536], copy[65536], *field, *rest;
	for (setlinebuf(stdout); argc == 3 && fgets(job, sizeof job, stdin) != NULL;) {
		int found = 0;
		job[strcspn(job, "\n")] = '\0';
		for (rest = strcpy(copy, job); (field = strsep(&rest, "\t")) != NULL;)
			found |= fnmatch(argv[1], field, 0) == 0;
		printf("%s%s%s\n", job, found ? "\t" : "", found ? argv[2] : "");
	}
}
