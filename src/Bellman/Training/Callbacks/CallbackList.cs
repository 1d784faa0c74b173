namespace Bellman;

/// <summary>The callbacks of one training: each event goes to each of them in their order, and their states are saved together.</summary>
/// <param name="callbacks">The callbacks.</param>
internal sealed class CallbackList(IReadOnlyList<TrainingCallback>? callbacks)
{
    private readonly TrainingCallback[] all = [.. callbacks ?? []];

    public void OnTrainingStart(TrainingContext training)
    {
        foreach (var callback in all)
        {
            callback.OnTrainingStart(training);
        }
    }

    public void OnEpisodeEnd(TrainingContext training, Episode episode)
    {
        foreach (var callback in all)
        {
            callback.OnEpisodeEnd(training, episode);
        }
    }

    public void OnRolloutEnd(TrainingContext training, RolloutBuffer rollout)
    {
        foreach (var callback in all)
        {
            callback.OnRolloutEnd(training, rollout);
        }
    }

    public void OnUpdate(TrainingContext training)
    {
        foreach (var callback in all)
        {
            callback.OnUpdate(training);
        }
    }

    public void OnEvaluation(TrainingContext training, EvaluationResult result)
    {
        foreach (var callback in all)
        {
            callback.OnEvaluation(training, result);
        }
    }

    public void OnTrainingEnd(TrainingContext training)
    {
        foreach (var callback in all)
        {
            callback.OnTrainingEnd(training);
        }
    }

    /// <summary>Each callback's state under its name.</summary>
    public IReadOnlyList<(string Name, byte[] State)> SaveStates() => [.. all.Select((callback, index) =>
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            callback.SaveState(writer);
        }

        return (NameOf(index), bytes.ToArray());
    })];

    /// <summary>Gives each callback the state that was saved under its name; one that was not there before begins anew.</summary>
    /// <exception cref="CheckpointException">A state is not what its callback reads.</exception>
    public void LoadStates(IReadOnlyDictionary<string, byte[]> states)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (!states.TryGetValue(NameOf(i), out var state))
            {
                continue;
            }

            using var reader = new BinaryReader(new MemoryStream(state));
            try
            {
                all[i].LoadState(reader);
            }
            catch (Exception exception) when (exception is EndOfStreamException or FormatException or ArgumentException)
            {
                throw new CheckpointException($"The state of the callback '{NameOf(i)}' ends early; the checkpoint is damaged or was written by another version of it.", exception);
            }

            if (reader.BaseStream.Position != state.Length)
            {
                throw new CheckpointException($"The callback '{NameOf(i)}' read {reader.BaseStream.Position} of its state's {state.Length} bytes; the checkpoint is damaged or was written by another version of it.");
            }
        }
    }

    /// <summary>States by name as bytes.</summary>
    public static byte[] Pack(IReadOnlyList<(string Name, byte[] State)> states)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(states.Count);
            foreach (var (name, state) in states)
            {
                writer.Write(name);
                writer.Write(state.Length);
                writer.Write(state);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>What <see cref="Pack"/> packed.</summary>
    /// <exception cref="CheckpointException">It is something else.</exception>
    public static IReadOnlyDictionary<string, byte[]> Unpack(byte[] bytes)
    {
        var states = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var (name, length) = (reader.ReadString(), reader.ReadInt32());
                states.Add(name, length <= bytes.Length ? reader.ReadBytes(length) : throw new EndOfStreamException());
            }

            return states;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or FormatException)
        {
            throw new CheckpointException("The checkpoint's states of callbacks cannot be read; the file is damaged, so take another copy.", exception);
        }
    }

    private string NameOf(int index)
    {
        var name = all[index].StateName;
        var earlier = all.Take(index).Count(callback => callback.StateName == name);
        return earlier == 0 ? name : $"{name}#{earlier + 1}";
    }
}
