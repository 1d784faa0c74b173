using Bellman.Numerics;

namespace Bellman;

// Saving and loading in mid-episode: streams, elapsed steps, each environment's state, and what the last step brought.
public abstract partial class VectorEnvironment
{
    /// <summary>
    /// Writes everything from which <see cref="LoadState(BinaryReader, VectorStep)"/> goes on with the same bits. An environment without <see cref="IStateful"/> is saved as its stream at the last reset and its actions since.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="step">What the last reset or step brought.</param>
    public void SaveState(BinaryWriter writer, VectorStep step)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(step);
        writer.Write(EnvironmentCount);
        writer.Write(AgentCount);
        writer.Write(step.Observations);
        writer.Write(step.Valid);
        writer.Write(step.ActionMasks);
        for (var i = 0; i < EnvironmentCount; i++)
        {
            var environment = i;
            writer.Write(Stream(i).Save());
            writer.Write(GetElapsedSteps(i));
            writer.Write(Record(i) is null);
            writer.WriteBlock(Record(i) is { } record ? record.Save : inner => SaveState(environment, inner));
        }
    }

    /// <summary>Goes on from a saved state of environments of the same kind and number.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="step">Receives what the last reset or step had brought: observations, masks, and which slots are valid.</param>
    /// <exception cref="InvalidDataException">The state is of other environments, or one that was replayed is not deterministic; the message names it.</exception>
    public void LoadState(BinaryReader reader, VectorStep step)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(step);
        var (environments, agents) = (reader.ReadInt32(), reader.ReadInt32());
        if (environments != EnvironmentCount || agents != AgentCount)
        {
            throw new InvalidDataException($"The state is of {environments} environments with {agents} agents, but there are {EnvironmentCount} with {AgentCount}.");
        }

        reader.Read(step.Observations);
        reader.BaseStream.ReadExactly(step.Valid);
        reader.BaseStream.ReadExactly(step.ActionMasks);
        VectorStep scratch = new(this);
        Rows actions = new(ActionSpace.Layout, SlotCount);
        for (var i = 0; i < EnvironmentCount; i++)
        {
            var (stream, elapsed, saved) = (reader.ReadStream(), reader.ReadInt32(), reader.ReadBoolean());
            try
            {
                if (elapsed < 0 || saved != (Record(i) is null))
                {
                    throw new InvalidDataException(elapsed < 0 ? $"its episode has had {elapsed} steps" : $"its state was {(saved ? "saved" : "recorded")}, which it can{(saved ? "not be" : " be")} now");
                }

                Load(i, reader, stream, step, scratch, actions);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw new InvalidDataException($"{Describe(i * AgentCount)} cannot go on from its saved state: {exception.Message.TrimEnd('.')}.", exception);
            }

            SetElapsedSteps(i, elapsed);
        }
    }

    /// <summary>The stream that an environment draws from.</summary>
    private protected abstract RandomStream Stream(int environment);

    /// <summary>How many steps an environment's episode has had.</summary>
    private protected abstract int GetElapsedSteps(int environment);

    /// <summary>Sets how many steps an environment's episode has had.</summary>
    private protected abstract void SetElapsedSteps(int environment, int steps);

    /// <summary>What is recorded of an environment that cannot save its state; null for one that can.</summary>
    private protected abstract EpisodeRecord? Record(int environment);

    /// <summary>Lets an environment save its state.</summary>
    private protected abstract void SaveState(int environment, BinaryWriter writer);

    /// <summary>Lets an environment load its state, after a reset.</summary>
    private protected abstract void LoadState(int environment, BinaryReader reader);

    /// <summary>Resets an environment, or steps it, without recording it and without a reset at the end.</summary>
    private protected abstract void PlayAgain(int environment, Rows actions, VectorStep scratch, bool first);

    private void Load(int i, BinaryReader reader, RandomStreamState stream, VectorStep step, VectorStep scratch, Rows actions)
    {
        if (Record(i) is not { } record)
        {
            // Whatever loading draws does not count.
            reader.ReadBlock(inner => LoadState(i, inner));
            Stream(i).Load(stream);
            return;
        }

        reader.ReadBlock(record.Load);
        Stream(i).Load(record.Start);
        PlayAgain(i, actions, scratch, first: true);
        for (var t = 0; t < record.Steps; t++)
        {
            record.Restore(t, actions, i * AgentCount);
            PlayAgain(i, actions, scratch, first: false);
        }

        if (Differs(i, step, scratch) || Stream(i).Save() != stream)
        {
            throw new InvalidDataException($"played again from its last reset, with the same stream and the same {record.Steps} actions, it came elsewhere, so it is not deterministic; let it draw from its stream alone, or implement IStateful");
        }
    }

    // The observations of slots whose agents are dead are nobody's business.
    private bool Differs(int environment, VectorStep step, VectorStep scratch)
    {
        for (var slot = environment * AgentCount; slot < (environment + 1) * AgentCount; slot++)
        {
            var differs = step.Valid[slot] != scratch.Valid[slot] && AgentCount > 1;
            for (var leaf = 0; leaf < step.Observations.Layout.Leaves.Count && step.Valid[slot] != 0; leaf++)
            {
                differs |= !step.Observations.Raw(leaf, slot).SequenceEqual(scratch.Observations.Raw(leaf, slot));
            }

            if (differs || (step.Valid[slot] != 0 && !step.ActionMasks.AsSpan(slot * MaskLength, MaskLength).SequenceEqual(scratch.ActionMasks.AsSpan(slot * MaskLength, MaskLength))))
            {
                return true;
            }
        }

        return false;
    }
}
