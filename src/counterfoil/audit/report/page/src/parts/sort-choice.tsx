// In which order the findings stand.
import { useShared } from '../app';
import { type Filter, type Sort, SORTS } from '../data/filter';

interface Props {
  filter: Filter;
  change: (changes: Partial<Filter>) => void;
}

/** Amounts and times are looked at from the largest down. */
const DESCENDS: readonly Sort[] = ['amount', 'time'];

export function SortChoice({ filter, change }: Props) {
  const { words } = useShared();
  // The findings come with the most urgent first, which people read as descending.
  const down = filter.descending !== (filter.sort === 'urgency');
  const said = words.t(down ? 'sort.down' : 'sort.up');
  return (
    <div class="sort">
      <label class="field">
        <span>{words.t('sort')}</span>
        <select
          value={filter.sort}
          onChange={(event) => {
            const sort = event.currentTarget.value as Sort;
            change({ sort, descending: DESCENDS.includes(sort) });
          }}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {words.t(`sort.${sort}`)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="icon-button"
        title={said}
        aria-label={said}
        onClick={() => change({ descending: !filter.descending })}
      >
        <span aria-hidden="true">{down ? '↓' : '↑'}</span>
      </button>
    </div>
  );
}
