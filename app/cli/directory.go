package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"cordboard/app/contacts"
	"cordboard/storage"
)

// directoryUsage says what goes behind directory.
const directoryUsage = "say directory list, find WORDS, import FILE, sources, remove SOURCE, refresh, or favourite ID"

// directory looks people up at the desk, and changes what it knows of them.
func directory(ctx context.Context, o Options, env Env) error {
	what, rest := o.Args[0], o.Args[1:]
	switch {
	case what == "list" && len(rest) == 0, what == "find" && len(rest) > 0:
		return findPeople(ctx, strings.Join(rest, " "), o, env)
	case what == "import" && len(rest) == 1:
		return importPeople(ctx, rest[0], o, env)
	case what == "sources" && len(rest) == 0:
		return listSources(ctx, o, env)
	case what == "remove" && len(rest) == 1:
		return env.Client.RemoveSource(ctx, rest[0])
	case what == "refresh" && len(rest) == 0:
		return env.Client.RefreshDirectory(ctx)
	case what == "favourite" && len(rest) == 1:
		return env.Client.SetFavourite(ctx, rest[0], !o.Off)
	}
	return &UsageError{directoryUsage}
}

func findPeople(ctx context.Context, text string, o Options, env Env) error {
	found, err := env.Client.People(ctx, text)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, found)
	}
	peopleTable(env.Out, found)
	return nil
}

// importPeople sends a file to the desk. What comes from it is named after the file unless --source says otherwise.
func importPeople(ctx context.Context, path string, o Options, env Env) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("read the people: %w", err)
	}
	if info.Size() > contacts.MaxFile {
		return fmt.Errorf("%s has more than the %d bytes allowed", path, contacts.MaxFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the people: %w", err)
	}
	source := o.Source
	if source == "" {
		source = filepath.Base(path)
	}
	done, err := env.Client.Import(ctx, source, "", text)
	if err != nil {
		return err
	}
	say(env.Out, "%d people imported as %s\n", done.People, source)
	if done.Left > 0 {
		say(env.Err, "cordboard: %d entries without a name or numbers that cannot be dialled were left out\n", done.Left)
	}
	return nil
}

func listSources(ctx context.Context, o Options, env Env) error {
	all, err := env.Client.Sources(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, all)
	}
	rows := [][]string{{"SOURCE", "PEOPLE"}}
	for _, s := range all {
		rows = append(rows, []string{s.Name, fmt.Sprint(s.People)})
	}
	table(env.Out, rows...)
	return nil
}

// peopleTable has a row for each number, as somebody has several.
func peopleTable(w io.Writer, people []storage.Person) {
	if len(people) == 0 {
		say(w, "nobody\n")
		return
	}
	rows := [][]string{{"", "NAME", "NUMBER", "", "COMPANY", "DEPARTMENT", "JOB", "ID"}}
	for _, p := range people {
		mark := ""
		if p.Favourite {
			mark = "*"
		}
		kind := ""
		if p.Group() {
			kind = string(p.Kind)
		}
		row := []string{mark, p.Name, "", kind, p.Company, p.Department, p.Job, p.ID}
		for i, n := range p.Numbers {
			if i > 0 {
				row = []string{"", "", "", "", "", "", "", ""}
			}
			row[2], row[3] = n.Number, strings.TrimSpace(kind+" "+n.Kind)
			rows = append(rows, row)
		}
		if len(p.Numbers) == 0 {
			rows = append(rows, row)
		}
	}
	table(w, rows...)
}
