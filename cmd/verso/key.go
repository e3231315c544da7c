package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"verso/faas"
	"verso/service"
)

type keyCommand struct {
	List   keyList   `cmd:"" help:"List the ids of the keys that seal secrets, and how much each seals."`
	Rotate keyRotate `cmd:"" help:"Make a new key and seal every secret with it, also beside running servers."`
	Drop   keyDrop   `cmd:"" help:"Throw away a key that seals nothing any more; what backups from its time hold sealed needs it still."`
}

type keyList struct{ location }

// Run prints a table, the current key first. No key itself is ever printed.
func (c keyList) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		keys, err := verbs.Keys(ctx, who)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, k := range keys {
			rows = append(rows, []string{k.ID, stateOfKey(k), strconv.Itoa(k.Rows)})
		}
		return table(os.Stdout, "KEY | STATE | ROWS", rows)
	})
}

func stateOfKey(k service.KeyUse) string {
	state := "not used yet"
	switch {
	case k.Current:
		state = "current"
	case k.Stored || k.Rows > 0:
		state = "earlier"
	}
	if !k.Given {
		state += ", MISSING here"
	}
	return state
}

type keyRotate struct{ location }

// Run may be repeated after it was killed: no value is ever without a key that the file holds.
func (c keyRotate) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		if err := c.openKeys(ctx, verbs); err != nil {
			return err
		}
		uses, err := verbs.Keys(ctx, who)
		if err != nil {
			return err
		}
		if err := c.addKey(uses); err != nil {
			return err
		}
		id, rows, err := verbs.RotateKey(ctx, who)
		if err != nil {
			return err
		}
		fmt.Printf("Rows sealed anew with the key %s: %d. Earlier keys stay in %s until: verso key drop ID\n", id, rows, c.keysFrom())
		if isCurrent(uses, id) {
			fmt.Printf("It was the current one before. To change it, put a new one in front of %s (openssl rand -base64 32), restart every server with that, and run this again.\n", keysVariable)
		}
		return nil
	})
}

// addKey puts a new key in front of the file, unless one waits there to be used: somebody put it there, or an earlier
// rotation came no further. The variable is not ours to change.
func (c keyRotate) addKey(uses []service.KeyUse) error {
	if c.keysFrom() == keysVariable {
		return nil
	}
	unlock, err := c.lockKeyFile()
	if err != nil {
		return err
	}
	keys, err := c.readKeys()
	if err == nil && isCurrent(uses, keys[0].ID()) {
		err = c.replaceKeyFile(append([]service.Key{service.NewKey()}, keys...))
	}
	return errors.Join(err, unlock())
}

func isCurrent(uses []service.KeyUse, id string) bool {
	return slices.ContainsFunc(uses, func(k service.KeyUse) bool { return k.Current && k.ID == id })
}

type keyDrop struct {
	location
	ID string `arg:"" help:"The key's id, as verso key list prints it."`
}

// Run refuses while anything is sealed with the key.
func (c keyDrop) Run(ctx context.Context) error {
	return c.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		forgotten := verbs.ForgetKey(ctx, who, c.ID)
		if forgotten != nil && !faas.Is(forgotten, faas.NotFound) {
			return forgotten
		}
		keys, err := c.readKeys()
		if err != nil {
			return err
		}
		given := slices.ContainsFunc(keys, func(k service.Key) bool { return k.ID() == c.ID })
		switch {
		case forgotten != nil && !given:
			return faas.Errorf(faas.NotFound, "There is no key %s.", c.ID)
		case given && c.keysFrom() == keysVariable:
			fmt.Printf("Nothing needs the key %s any more. Take it out of %s.\n", c.ID, keysVariable)
			return nil
		case given:
			err = c.removeKey()
		}
		if err == nil {
			fmt.Printf("The key %s is gone. Backups from its time need it: keep the copies of %s that hold it as long as those.\n", c.ID, c.keysFrom())
		}
		return err
	})
}

// removeKey takes the key out of the file.
func (c keyDrop) removeKey() error {
	unlock, err := c.lockKeyFile()
	if err != nil {
		return err
	}
	keys, err := c.readKeys()
	if err == nil {
		keys = slices.DeleteFunc(keys, func(k service.Key) bool { return k.ID() == c.ID })
		if len(keys) == 0 {
			err = faas.Errorf(faas.Precondition, "The key %s is the only one in %s.", c.ID, c.keyFile())
		} else {
			err = c.replaceKeyFile(keys)
		}
	}
	return errors.Join(err, unlock())
}
